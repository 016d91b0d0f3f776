import { Group, Stack } from "@mantine/core";
import { IconLayoutGrid } from "@tabler/icons-react";
import { Navigate, useRouterState } from "@tanstack/react-router";

import { usePreferences } from "@/api/preferences";
import { ButtonLink, TextLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { ErrorNotice } from "@/components/States";
import { TitleRowSkeleton } from "@/components/TitleRow";

import { ArrivalsRow } from "./ArrivalsRow";
import { ForYou, SpotlightSkeleton } from "./ForYou";
import { GenreRow } from "./GenreRow";
import { Later } from "./Later";
import { listed, today } from "@/app/words";

const NAMED = 4;

/** The viewer's own guide: what to watch tonight, row by row. */
export function Guide() {
  const { isComplete, sources, genres, error, refetch } = usePreferences();
  // Who has pressed a link meanwhile is on the way elsewhere, and is not held up.
  const isLeaving = useRouterState({ select: ({ location }) => location.pathname !== "/" });
  if (error) {
    return (
      <Page title="Guide">
        <ErrorNotice error={error} retry={refetch} what="Your guide could not be loaded" />
      </Page>
    );
  }
  if (isComplete === false && !isLeaving) return <Navigate to="/welcome" replace />;
  if (!isComplete || !sources.length) return <GuideSkeleton />;
  const names = sources.slice(0, NAMED).map((source) => source.name);
  const rest = sources.length - names.length;
  return (
    <Page
      title="Guide"
      lead={
        <>
          {today()} on {listed(rest > 0 ? [...names, `${rest} more`] : names)}.{" "}
          <TextLink to="/welcome" inherit underline="always">
            Change
          </TextLink>
        </>
      }
      actions={
        <ButtonLink to="/browse" variant="light" leftSection={<IconLayoutGrid size={18} aria-hidden />}>
          Browse everything
        </ButtonLink>
      }
    >
      <Stack gap="xl">
        <ForYou />
        <ArrivalsRow kind="arrived" />
        {genres.map((genre) => (
          <Later key={genre.id} until={<TitleRowSkeleton />}>
            <GenreRow genre={genre} />
          </Later>
        ))}
        <Later until={<TitleRowSkeleton />}>
          <ArrivalsRow kind="left" />
        </Later>
      </Stack>
    </Page>
  );
}

/** Where the guide will be. */
export function GuideSkeleton() {
  return (
    <Page title="Guide" lead={<Group component="span">&nbsp;</Group>}>
      <Stack gap="xl">
        <SpotlightSkeleton />
        <TitleRowSkeleton />
        <TitleRowSkeleton />
      </Stack>
    </Page>
  );
}
