import { Button, Group, Text } from "@mantine/core";
import { IconFileImport, IconPlus, IconX } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";
import { More } from "@/components/TitleGrid";

import { MovieFilters } from "./MovieFilters";
import { MovieList, MovieListSkeleton } from "./MovieList";
import { readMovieSearch, writeMovieSearch, type MovieSearch } from "./search";
import { useMovies } from "./useMovies";
import { counted } from "./words";

/** All films of the library: searched as one types, or filtered; best rated first. */
export function Movies() {
  const search = readMovieSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const { movies, total, error, isPending, isPlaceholderData, refetch, ...paging } = useMovies(search);
  const change = (changed: Partial<MovieSearch>) =>
    void navigate({
      to: "/library",
      search: (before) => writeMovieSearch({ ...readMovieSearch(before), ...changed }),
      replace: true,
      resetScroll: false,
    });
  const clear = () => change({ q: "", genre: [], minRating: null, year: null });

  return (
    <Page title="Library" lead="Films that everybody here has gathered." actions={<Actions />}>
      <MovieFilters search={search} change={change} />
      <Group justify="space-between" mih={30}>
        <Text role="status" size="sm" c="dimmed">
          {total === undefined || isPlaceholderData ? null : counted(total, "film")}
          {search.q && total !== undefined && !isPlaceholderData ? ` for “${search.q}”` : null}
        </Text>
        {isFiltered(search) ? (
          <Button variant="subtle" size="xs" leftSection={<IconX size={14} aria-hidden />} onClick={clear}>
            Clear the filters
          </Button>
        ) : null}
      </Group>
      {error && !movies.length ? (
        <ErrorNotice error={error} what="The films could not be loaded" retry={() => void refetch()} />
      ) : isPending ? (
        <MovieListSkeleton />
      ) : movies.length ? (
        <>
          <MovieList movies={movies} label="Films" />
          {paging.isFetchNextPageError ? (
            <ErrorNotice
              error={error}
              what="The next films could not be loaded"
              retry={() => void paging.fetchNextPage()}
            />
          ) : (
            <More {...paging} />
          )}
        </>
      ) : (
        <Nothing search={search} clear={clear} />
      )}
    </Page>
  );
}

function Actions() {
  return (
    <Group gap="xs">
      <ButtonLink to="/library/add" leftSection={<IconPlus size={16} aria-hidden />}>
        Add a film
      </ButtonLink>
      <ButtonLink to="/library/imports" variant="default" leftSection={<IconFileImport size={16} aria-hidden />}>
        Import
      </ButtonLink>
    </Group>
  );
}

/** Whether filters leave some films out; a search sets them aside. */
const isFiltered = ({ q, ...filters }: MovieSearch): boolean =>
  q === "" && Object.keys(writeMovieSearch({ q, ...filters })).length > 0;

function Nothing({ search, clear }: { search: MovieSearch; clear: () => void }) {
  if (search.q) {
    return (
      <EmptyState title={`Nothing begins with “${search.q}”`} action={<Button onClick={clear}>Show all films</Button>}>
        Each word that you type has to begin a word of the title. Try fewer letters, or add the film yourself.
      </EmptyState>
    );
  }
  if (isFiltered(search)) {
    return (
      <EmptyState title="No film fits these filters" action={<Button onClick={clear}>Clear the filters</Button>}>
        Allow more genres, a lower rating or any year.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="The library is empty" action={<ButtonLink to="/library/add">Add the first film</ButtonLink>}>
      Add a film by hand, or import a list: exports of IMDb, Letterboxd and Netflix are recognised.
    </EmptyState>
  );
}
