import { Alert, Group, Loader, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Schemas } from "@/api/client";
import { TextLink } from "@/components/Links";
import { ErrorNotice } from "@/components/States";

import { isWaiting, useChange, useForgetOnceDone } from "./useChange";

type Change = Schemas["RequestAnswer"];

/** What became of a change that was asked for, told as it happens. */
export function ChangeStatus({ id, title }: { id: string; title: string }) {
  const { data, error, refetch } = useChange(id);
  useForgetOnceDone(data);
  if (error && !data) return <ErrorNotice error={error} what={title} retry={() => void refetch()} />;
  const isOpen = isWaiting(data);
  const isGood = data?.state === "added" || data?.state === "changed" || data?.state === "deleted";
  const color = isOpen ? "blue" : isGood ? "green" : data?.state === "duplicate" ? "yellow" : "red";
  return (
    <Alert role="status" variant="light" color={color} title={title} icon={iconOf(data)}>
      <Group gap="xs">
        <Text size="sm">{sentenceOf(data)}</Text>
        {data?.movie ? (
          <TextLink to="/library/movies/$id" params={{ id: data.movie.id }} size="sm" underline="always">
            {data.state === "duplicate" ? "The one that is there" : "To the film"}
          </TextLink>
        ) : null}
      </Group>
    </Alert>
  );
}

/** What a state means, in a sentence. */
export function sentenceOf(change: Change | undefined): string {
  if (isWaiting(change) || !change) return "In the queue; this takes a moment.";
  const because = change.reason ? ` ${change.reason}` : "";
  switch (change.state) {
    case "added":
      return "Added to the library.";
    case "changed":
      return "The changes are saved.";
    case "deleted":
      return "Deleted from the library.";
    case "duplicate":
      return change.kind === "edit"
        ? "Not changed: the library has such a film already."
        : "Not added again: the library has this film already.";
    case "missing":
      return "The film is no longer in the library.";
    case "invalid":
      return `Not taken.${because}`;
    default:
      return `That did not work.${because}`;
  }
}

function iconOf(change: Change | undefined): ReactNode {
  if (isWaiting(change)) return <Loader size={18} aria-hidden />;
  if (change?.state === "duplicate") return <IconCopy aria-hidden />;
  if (change?.state === "added" || change?.state === "changed" || change?.state === "deleted")
    return <IconCheck aria-hidden />;
  return <IconAlertTriangle aria-hidden />;
}
