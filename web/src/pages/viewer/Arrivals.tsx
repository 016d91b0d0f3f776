import { Button, Group, Stack, Title, VisuallyHidden } from "@mantine/core";
import { IconCalendarOff } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";

import { $api } from "@/api/client";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";
import { More, TitleGrid, TitleGridSkeleton } from "@/components/TitleGrid";

import { ArrivalCard } from "./ArrivalCard";
import { ArrivalFilters } from "./ArrivalFilters";
import { byTitle, readArrivalsSearch, USUAL_PERIOD, type ArrivalsSearch } from "./arrivals";
import { byDay, dayName, daysAgo } from "./days";
import { inPages } from "@/api/paging";

const PAGE = 60;

/** What arrived on the viewer's services and what left them, day by day. */
export function Arrivals() {
  const search = readArrivalsSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const change = (next: ArrivalsSearch) =>
    void navigate({ to: "/arrivals", search: { ...search, ...next }, replace: true, resetScroll: false });
  return (
    <Page title="Arrivals" lead="What came to your services, and what has gone.">
      <ArrivalFilters search={search} change={change} />
      <Changes search={search} reset={() => void navigate({ to: "/arrivals", replace: true })} />
    </Page>
  );
}

function Changes({ search, reset }: { search: ArrivalsSearch; reset: () => void }) {
  const { source, kind, days = USUAL_PERIOD } = search;
  const query = { limit: PAGE, source, kind, since: daysAgo(days) };
  const { data, error, refetch, ...pages } = $api.useInfiniteQuery("get", "/arrivals", { params: { query } }, inPages);
  if (error && !data) {
    return <ErrorNotice error={error} what="The arrivals could not be loaded" retry={() => void refetch()} />;
  }
  if (!data) return <TitleGridSkeleton />;
  const found = byDay(data.pages.flatMap((page) => page.arrivals)).map(({ day, items }) => ({
    day,
    changes: byTitle(items),
  }));
  const shown = found.reduce((count, { changes }) => count + changes.length, 0);
  return (
    <Stack gap="xl">
      <VisuallyHidden role="status">{`${shown}${pages.hasNextPage ? " and more" : ""} changes shown`}</VisuallyHidden>
      {found.map(({ day, changes }) => (
        <section key={day.getTime()} aria-labelledby={`day-${day.getTime()}`}>
          <Title order={2} size="h4" mb="sm" id={`day-${day.getTime()}`}>
            {dayName(day)}
          </Title>
          <TitleGrid>
            {changes.map((change) => (
              <ArrivalCard key={change.id} change={change} />
            ))}
          </TitleGrid>
        </section>
      ))}
      {shown ? null : <Nothing search={search} reset={reset} />}
      {error ? (
        <ErrorNotice error={error} what="The list could not go on" retry={() => void pages.fetchNextPage()} />
      ) : (
        <More {...pages} />
      )}
    </Stack>
  );
}

function Nothing({ search, reset }: { search: ArrivalsSearch; reset: () => void }) {
  const { data } = $api.useQuery("get", "/preferences");
  if (data?.sources.length === 0 && !search.source) {
    return (
      <EmptyState
        title="Which services do you have?"
        action={
          <Button component={Link} to="/welcome">
            Choose my services
          </Button>
        }
      >
        Tell Marquee what you pay for, and it will list what arrives there and what leaves.
      </EmptyState>
    );
  }
  const isFiltered = Boolean(search.source ?? search.kind ?? search.days);
  return (
    <EmptyState
      title={isFiltered ? "Nothing for these filters" : "Nothing has changed in the last 30 days"}
      icon={<IconCalendarOff size={34} />}
      action={
        <Group justify="center">
          {isFiltered ? <Button onClick={reset}>Clear the filters</Button> : null}
          <Button component={Link} to="/browse" variant="default">
            Browse what is there
          </Button>
        </Group>
      }
    >
      {isFiltered
        ? "Look at more services or a longer time."
        : "A title is listed here on the day that a service adds or removes it. You can also look further back."}
    </EmptyState>
  );
}
