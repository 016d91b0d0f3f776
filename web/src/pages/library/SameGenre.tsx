import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { $api, type Schemas } from "@/api/client";
import { TextLink } from "@/components/Links";
import { Poster } from "@/components/Poster";
import { TitleRow, TitleRowSkeleton } from "@/components/TitleRow";

import classes from "./SameGenre.module.css";

const FILMS = 12;

/** The best films that share the first genre of a film; nothing where there is no other. */
export function SameGenre({ movie }: { movie: Schemas["MovieAnswer"] }) {
  const { data, isPending } = $api.useQuery("get", "/movies/filter", {
    params: { query: { genre: [movie.genre], limit: FILMS + 1 } },
  });
  if (isPending) return <TitleRowSkeleton />;
  const others = data?.movies.filter(({ id }) => id !== movie.id).slice(0, FILMS) ?? [];
  if (!others.length) return null;
  return (
    <TitleRow
      title={`More ${movie.genre}`}
      more={
        <TextLink to="/library" search={{ genre: [movie.genre] }} size="sm" aria-label={`See all ${movie.genre}`}>
          See all
        </TextLink>
      }
    >
      {others.map((each) => (
        <div key={each.id} className={classes.card}>
          <Poster src={null} title={each.title} year={each.year} type="movie" />
          <Link to="/library/movies/$id" params={{ id: each.id }} className={classes.name}>
            {each.title}
          </Link>
          <Text size="xs" c="dimmed">
            {each.rating === null ? "Not rated" : `${each.rating.toFixed(1)} of 10`}
          </Text>
        </div>
      ))}
    </TitleRow>
  );
}
