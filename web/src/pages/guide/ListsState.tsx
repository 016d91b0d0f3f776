import { Alert, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";

import type { Schemas } from "@/api/client";

import { ago } from "@/app/words";

/** How old TMDB's lists are, which trends and likenesses come from; in full where something is missing. */
export function ListsState({ lists }: { lists: Schemas["ListsAnswer"] }) {
  const age = lists.as_of ? `Trends and charts are from TMDB's lists, renewed ${ago(lists.as_of)}.` : null;
  if (lists.state === "fresh") {
    return (
      <Text size="sm" c="dimmed">
        {age}
      </Text>
    );
  }
  return (
    <Alert
      variant="light"
      color="gray"
      icon={<IconInfoCircle aria-hidden />}
      title={lists.state === "stale" ? "Some trends are older than usual" : "Some trends are missing"}
    >
      {[age, lists.reason].filter(Boolean).join(" ")}
    </Alert>
  );
}
