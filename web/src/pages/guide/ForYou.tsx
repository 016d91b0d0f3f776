import { Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { forYou } from "@/api/guide";
import { ErrorNotice } from "@/components/States";
import { TitleCard } from "@/components/TitleCard";
import { TitleRow, TitleRowSkeleton } from "@/components/TitleRow";

import { SeeAll } from "./SeeAll";
import { Spotlight } from "./Spotlight";
import classes from "./Spotlight.module.css";

/** The best recommendation in full, the next ones as a row, each with its weightiest reason. */
export function ForYou() {
  const { data, error, refetch } = useQuery(forYou);
  if (error) {
    return <ErrorNotice error={error} retry={() => void refetch()} what="Your recommendations could not be loaded" />;
  }
  if (!data) {
    return (
      <Stack gap="xl">
        <SpotlightSkeleton />
        <TitleRowSkeleton />
      </Stack>
    );
  }
  const [best, ...rest] = data.recommendations;
  if (!best) return <Text c="dimmed">{data.reason}</Text>;
  return (
    <Stack gap="xl">
      <Spotlight recommendation={best} />
      {rest.length ? (
        <TitleRow title="For you" more={<SeeAll to="/recommendations" what="your recommendations" />}>
          {rest.map((each) => (
            <TitleCard key={each.id} card={each} note={each.reasons[0]?.text} eager />
          ))}
        </TitleRow>
      ) : null}
    </Stack>
  );
}

/** Where the best recommendation will be. */
export function SpotlightSkeleton() {
  return <Skeleton className={classes.waiting} radius="lg" />;
}
