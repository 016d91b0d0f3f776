import { Skeleton, Stack } from "@mantine/core";

import { LoadingLines } from "@/components/States";

import classes from "./TitleHero.module.css";

/** Where a title's page will be. */
export function TitleSkeleton() {
  return (
    <Stack gap="xl">
      <Skeleton className={classes.waiting} radius="lg" />
      <LoadingLines lines={4} height={72} />
    </Stack>
  );
}
