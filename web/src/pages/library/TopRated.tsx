import { Button, Group, NativeSelect, Pagination, Text } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { $api } from "@/api/client";
import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";

import { MovieList, MovieListSkeleton } from "./MovieList";
import { RANK_SIZES, readRankSearch, type RankSearch } from "./search";
import { inDigits } from "./words";

/** The ranking of all films, page by page; what is not rated comes last. */
export function TopRated() {
  const { page, limit } = readRankSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const start = (page - 1) * limit;
  const { data, error, isPending, isPlaceholderData, refetch } = $api.useQuery(
    "get",
    "/movies/top-rated",
    { params: { query: { start, limit } } },
    { placeholderData: keepPreviousData },
  );
  const show = (next: RankSearch) => void navigate({ to: "/library/top-rated", search: { ...next } });
  const total = data?.pagination.total ?? 0;
  const first = data?.pagination.start ?? start;

  return (
    <Page title="Top rated" lead="Every film of the library by its rating; those without one come last.">
      {error && !data ? (
        <ErrorNotice error={error} what="The ranking could not be loaded" retry={() => void refetch()} />
      ) : isPending ? (
        <MovieListSkeleton rows={limit} />
      ) : data?.movies.length ? (
        <>
          <Group justify="space-between" align="flex-end">
            <Text role="status" size="sm" c="dimmed">
              Places {inDigits(first + 1)} to {inDigits(first + data.movies.length)} of {inDigits(total)}
            </Text>
            <NativeSelect
              label="A page has"
              size="xs"
              data={RANK_SIZES.map((size) => ({ value: String(size), label: `${size} films` }))}
              value={String(limit)}
              onChange={(event) => show({ page: 1, limit: Number(event.currentTarget.value) })}
            />
          </Group>
          <div aria-busy={isPlaceholderData}>
            <MovieList movies={data.movies} label="Top rated films" firstRank={first + 1} />
          </div>
          <nav aria-label="Pages of the ranking">
            <Pagination
              total={Math.ceil(total / limit)}
              value={page}
              onChange={(next) => show({ page: next, limit })}
              siblings={1}
              getItemProps={(number) => ({ "aria-label": `Page ${number}` })}
              getControlProps={(control) => ({ "aria-label": `${control === "next" ? "Next" : "Previous"} page` })}
            />
          </nav>
        </>
      ) : page > 1 ? (
        <EmptyState
          title="The ranking is not that long"
          action={<Button onClick={() => show({ page: 1, limit })}>To its beginning</Button>}
        >
          It has {inDigits(total)} places.
        </EmptyState>
      ) : (
        <EmptyState title="There is nothing to rank yet" action={<ButtonLink to="/library/add">Add a film</ButtonLink>}>
          As soon as the library has films, the best of them stand here.
        </EmptyState>
      )}
    </Page>
  );
}
