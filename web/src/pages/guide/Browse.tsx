import { Button, Drawer, Group, Indicator, Select } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { $api } from "@/api/client";
import { inPages } from "@/api/paging";
import { usePreferences } from "@/api/preferences";
import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { typeNames } from "@/components/Poster";
import { EmptyState, ErrorNotice } from "@/components/States";
import { TitleGridSkeleton } from "@/components/TitleGrid";

import { ActiveFilters } from "./ActiveFilters";
import classes from "./Browse.module.css";
import { BrowseFilters } from "./BrowseFilters";
import { activeOf, cleared, filtersOf, paramsOf, queryOf, sorts, type Filters } from "./filters";
import { FoundTitles } from "./FoundTitles";

const CARDS = 42;

/** Everything on the viewer's services in the viewer's genres, to be narrowed and put in order. */
export function Browse() {
  const filters = filtersOf(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [isOpen, { open, close }] = useDisclosure();
  const { sources, genres, isComplete, error, refetch } = usePreferences();
  const change = (next: Filters) => void navigate({ to: "/browse", search: paramsOf(next), replace: true });
  const active = activeOf(filters, {
    source: (id) => sources.find((source) => source.id === id)?.name ?? "Service",
    genre: (id) => genres.find((genre) => genre.id === id)?.name ?? "Genre",
    type: (type) => typeNames[type] ?? type,
  });
  if (isComplete === false) return <NothingChosen />;
  const fields = <BrowseFilters filters={filters} sources={sources} genres={genres} onChange={change} />;
  return (
    <Page
      title="Browse"
      lead="Everything on your services in your genres."
      actions={
        <Group gap="sm">
          <Indicator label={active.length} size={18} disabled={!active.length} hiddenFrom="md">
            <Button
              variant="default"
              onClick={open}
              leftSection={<IconAdjustmentsHorizontal size={18} aria-hidden />}
              aria-haspopup="dialog"
            >
              Filters
            </Button>
          </Indicator>
          <Select
            aria-label="Order"
            data={sorts}
            value={filters.sort}
            onChange={(sort) => sort && change({ ...filters, sort: sort as Filters["sort"] })}
            allowDeselect={false}
            w={160}
          />
        </Group>
      }
    >
      {error ? <ErrorNotice error={error} retry={refetch} what="Your services could not be loaded" /> : null}
      <div className={classes.columns}>
        <aside className={classes.side} aria-label="Filters">
          {fields}
        </aside>
        <div className={classes.results}>
          <ActiveFilters active={isComplete ? active : []} onChange={change} none={cleared(filters)} />
          <Results filters={filters} isNarrowed={active.length > 0} clear={() => change(cleared(filters))} />
        </div>
      </div>
      <Drawer opened={isOpen} onClose={close} title="Filters" position="right" size="sm" hiddenFrom="md">
        {fields}
        <Button fullWidth mt="lg" onClick={close}>
          Show titles
        </Button>
      </Drawer>
    </Page>
  );
}

function Results({ filters, isNarrowed, clear }: { filters: Filters; isNarrowed: boolean; clear: () => void }) {
  const { data, error, refetch, isPlaceholderData, ...paging } = $api.useInfiniteQuery(
    "get",
    "/titles",
    { params: { query: { ...queryOf(filters), limit: CARDS } } },
    {
      ...inPages,
      placeholderData: keepPreviousData,
    },
  );
  const titles = data?.pages.flatMap((page) => page.titles) ?? [];
  if (error && !titles.length) {
    return <ErrorNotice error={error} retry={() => void refetch()} what="The titles could not be loaded" />;
  }
  if (!data) return <TitleGridSkeleton />;
  // A page may be empty and still have a next one.
  if (!titles.length && !paging.hasNextPage) {
    return (
      <EmptyState
        title="Nothing fits"
        action={isNarrowed ? <Button onClick={clear}>Clear all filters</Button> : <Choose />}
      >
        {isNarrowed
          ? "Take a filter away, or show what you have watched or hidden."
          : "Nothing is known on your services in your genres that you have not watched or hidden. Choose more of them."}
      </EmptyState>
    );
  }
  return <FoundTitles titles={titles} how="shown" paging={paging} isOld={isPlaceholderData} error={error} />;
}

function NothingChosen() {
  return (
    <Page title="Browse">
      <EmptyState title="Choose your services first" action={<Choose />}>
        What you can browse is what is on the services you have, in the genres you like.
      </EmptyState>
    </Page>
  );
}

function Choose() {
  return <ButtonLink to="/welcome">Choose services and genres</ButtonLink>;
}
