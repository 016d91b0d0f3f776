import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { toApiError } from "@/api/errors";
import { titleOf } from "@/api/guide";
import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";

import { Ages } from "./Ages";
import { Later } from "./Later";
import { Offers } from "./Offers";
import { People } from "./People";
import { Similar } from "./Similar";
import { TitleHero } from "./TitleHero";
import { TitleSkeleton } from "./TitleSkeleton";

const SOON = 4_000;
const PATIENCE = 40_000;

/** One title with everything that is known of it. */
export function TitlePage() {
  const { id } = useParams({ strict: false });
  // The next title begins at the beginning, with its own heading.
  return <Title key={id} id={id ?? ""} />;
}

function Title({ id }: { id: string }) {
  const [opened] = useState(Date.now);
  // Looking at a title makes Marquee fetch what it does not know of it yet: it is shown as soon as it comes.
  const mayCome = (title: Schemas["TitleAnswer"] | undefined, updated: number) =>
    title !== undefined &&
    title.enrichment_state !== "failed" &&
    title.as_of.watchmode === null &&
    updated - opened < PATIENCE;
  const { data, error, refetch, dataUpdatedAt } = useQuery({
    ...titleOf(id),
    refetchInterval: ({ state }) => (mayCome(state.data, state.dataUpdatedAt) ? SOON : false),
  });
  if (data) {
    return (
      <Stack gap="xl">
        <TitleHero title={data} />
        <Offers title={data} isWaiting={mayCome(data, dataUpdatedAt)} />
        <People title={data} />
        <Later until={null}>
          <Similar id={data.id} name={data.title} />
        </Later>
        <Ages title={data} />
      </Stack>
    );
  }
  if (!error) return <TitleSkeleton />;
  const { status } = toApiError(error);
  // An id that cannot be one is refused as such, which is the same to a viewer.
  if (status !== 404 && status !== 400) {
    return (
      <Page title="Title">
        <ErrorNotice error={error} retry={() => void refetch()} what="This title could not be loaded" />
      </Page>
    );
  }
  return (
    <Page title="No such title">
      <EmptyState
        title="Marquee does not know this title"
        action={
          <Button.Group>
            <ButtonLink to="/search">Search</ButtonLink>
            <ButtonLink to="/" variant="default">
              To the guide
            </ButtonLink>
          </Button.Group>
        }
      >
        The address may be mistyped, or the title may have been taken off the list.
      </EmptyState>
    </Page>
  );
}
