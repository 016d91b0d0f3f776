import { Group, Paper, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { $api, type Schemas } from "@/api/client";
import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";

import { Bars } from "./Bars";
import { counted, inDigits } from "./words";

/** The library in numbers. */
export function Dashboard() {
  const { data, error, refetch } = $api.useQuery("get", "/dashboard");
  return (
    <Page title="Dashboard" lead="The library in numbers, as they are after the last change.">
      {error && !data ? (
        <ErrorNotice error={error} what="The numbers could not be loaded" retry={() => void refetch()} />
      ) : data?.totalMovies === 0 ? (
        <EmptyState
          title="There is nothing to count yet"
          action={<ButtonLink to="/library/add">Add a film</ButtonLink>}
        >
          Numbers and charts appear with the first film.
        </EmptyState>
      ) : data ? (
        <Numbers shown={data} />
      ) : (
        <Stack role="status" aria-label="Loading">
          <SimpleGrid cols={{ base: 2, sm: 4 }}>
            {Array.from({ length: 4 }, (_, tile) => (
              <Skeleton key={tile} height={90} />
            ))}
          </SimpleGrid>
          <Skeleton height={420} />
        </Stack>
      )}
    </Page>
  );
}

function Numbers({ shown }: { shown: Schemas["DashboardAnswer"] }) {
  const view = useSearch({
    strict: false,
    select: (search) => ((search as { view?: unknown }).view === "tables" ? "tables" : "charts"),
  });
  const navigate = useNavigate();
  const [genre] = shown.topGenres;
  // The API tells the latest first; time goes to the right.
  const years = [...shown.moviesByYear].reverse();
  return (
    <>
      <SimpleGrid component="dl" cols={{ base: 2, sm: 4 }} m={0}>
        <Tile name="Films">{inDigits(shown.totalMovies)}</Tile>
        <Tile name="Average rating" note={shown.averageRating === null ? "Nothing is rated yet" : "of 10"}>
          {shown.averageRating?.toFixed(2) ?? "–"}
        </Tile>
        <Tile name="Most frequent genre" note={genre ? counted(genre.count, "film") : undefined}>
          {genre?.genre ?? "–"}
        </Tile>
        <Tile name="Latest year" note={years.length ? counted(years.at(-1)?.count ?? 0, "film") : undefined}>
          {years.at(-1)?.year ?? "–"}
        </Tile>
      </SimpleGrid>
      <Group>
        <SegmentedControl
          aria-label="Show as"
          value={view}
          onChange={(next) =>
            void navigate({ to: "/library/dashboard", search: next === "tables" ? { view: next } : {}, replace: true })
          }
          data={[
            { value: "charts", label: "Charts" },
            { value: "tables", label: "Tables" },
          ]}
        />
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Bars
          title="Films by genre"
          note="The ten genres with the most films; a film counts for each of its genres."
          column="Genre"
          isTable={view === "tables"}
          isAcross
          bars={shown.topGenres.map((each) => ({
            name: each.genre,
            count: each.count,
            search: { genre: [each.genre] },
          }))}
        />
        <Bars
          title="Films by year"
          note="The twenty latest years that there are films of."
          column="Year"
          isTable={view === "tables"}
          bars={years.map((each) => ({ name: String(each.year), count: each.count, search: { year: each.year } }))}
        />
      </SimpleGrid>
    </>
  );
}

function Tile({ name, note, children }: { name: string; note?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} fw={800} fz="1.6rem" lh={1.25} style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
      {note ? (
        <Text component="dd" m={0} size="xs" c="dimmed">
          {note}
        </Text>
      ) : null}
    </Paper>
  );
}
