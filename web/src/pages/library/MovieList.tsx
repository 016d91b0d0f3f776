import { Badge, Group, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";

import type { Schemas } from "@/api/client";

import classes from "./MovieList.module.css";
import { MovieTile } from "./MovieTile";
import { Score } from "./Score";

type Movie = Schemas["MovieAnswer"];

const GENRES = 3;
const PODIUM = 3;

interface Props {
  movies: Movie[];
  /** What the list is, for who hears it. */
  label: string;
  /** The place of the first one; without it no places are shown. */
  firstRank?: number;
}

/** Films as a table where there is room, else as cards. */
export function MovieList({ movies, label, firstRank }: Props) {
  const isWide = useMediaQuery("(min-width: 48em)", true, { getInitialValueInEffect: false });
  const rankOf = (index: number) => (firstRank === undefined ? undefined : firstRank + index);
  if (!isWide) {
    return (
      <ul className={classes.cards} aria-label={label}>
        {movies.map((movie, index) => (
          <MovieCard key={movie.id} movie={movie} rank={rankOf(index)} />
        ))}
      </ul>
    );
  }
  return (
    <Table aria-label={label} verticalSpacing="xs" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {firstRank === undefined ? null : <Table.Th ta="right">Place</Table.Th>}
          <Table.Th>Film</Table.Th>
          <Table.Th>Genres</Table.Th>
          <Table.Th>Year</Table.Th>
          <Table.Th>Rating</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {movies.map((movie, index) => (
          <MovieRow key={movie.id} movie={movie} rank={rankOf(index)} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function MovieRow({ movie, rank }: { movie: Movie; rank?: number }) {
  return (
    <Table.Tr>
      {rank === undefined ? null : (
        <Table.Td className={classes.rank} data-podium={rank <= PODIUM || undefined}>
          {rank}
        </Table.Td>
      )}
      <Table.Td>
        <Group gap="sm" wrap="nowrap">
          <MovieTile title={movie.title} />
          <Link to="/library/movies/$id" params={{ id: movie.id }} className={classes.name}>
            {movie.title}
          </Link>
        </Group>
      </Table.Td>
      <Table.Td>
        <Group gap={6}>
          {movie.genres.slice(0, GENRES).map((genre) => (
            <Badge key={genre} variant="default" tt="none" fw={500}>
              {genre}
            </Badge>
          ))}
          {movie.genres.length > GENRES ? (
            <Text size="xs" c="dimmed">
              and {movie.genres.length - GENRES} more
            </Text>
          ) : null}
        </Group>
      </Table.Td>
      <Table.Td>{movie.year ?? <Text c="dimmed">Unknown</Text>}</Table.Td>
      <Table.Td>
        <Score rating={movie.rating} />
      </Table.Td>
    </Table.Tr>
  );
}

function MovieCard({ movie, rank }: { movie: Movie; rank?: number }) {
  return (
    <li className={classes.card}>
      {rank === undefined ? null : (
        <span className={classes.rank} data-podium={rank <= PODIUM || undefined}>
          {rank}
        </span>
      )}
      <MovieTile title={movie.title} width={40} />
      <div className={classes.about}>
        <Link to="/library/movies/$id" params={{ id: movie.id }} className={classes.name}>
          {movie.title}
        </Link>
        <Text size="xs" c="dimmed" truncate>
          {[movie.year, ...movie.genres].filter(Boolean).join(" · ")}
        </Text>
      </div>
      <Score rating={movie.rating} />
    </li>
  );
}

/** Where the list will be. */
export function MovieListSkeleton({ rows = 12 }: { rows?: number }) {
  return (
    <Stack role="status" aria-label="Loading" gap="xs">
      {Array.from({ length: rows }, (_, row) => (
        <Group key={row} gap="sm" wrap="nowrap" py={4}>
          <Skeleton width={34} height={51} />
          <Skeleton height={16} width={`${30 + ((row * 17) % 40)}%`} />
        </Group>
      ))}
    </Stack>
  );
}
