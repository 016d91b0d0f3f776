import { Group, Paper, Progress, Stack, Text, Title } from "@mantine/core";

import type { Schemas } from "@/api/client";

import { shares, type ImportState } from "./importStates";
import { counted, inDigits } from "./words";

type Counts = Schemas["CountsAnswer"];

/** How far an import is: a bar, and counts that add up to what was found. */
export function ImportProgress({ counts, state }: { counts: Counts; state: ImportState }) {
  const part = shares(counts);
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="import-progress">
      <Stack>
        <Title order={2} size="h4" id="import-progress">
          Rows
        </Title>
        <Progress.Root size="xl" aria-hidden>
          <Progress.Section value={part.added} color="green" />
          <Progress.Section value={part.duplicate} color="blue" />
          <Progress.Section value={part.failed} color="red" />
        </Progress.Root>
        <Text role="status" size="sm" c="dimmed">
          {sentenceOf(counts, state)}
        </Text>
        <Group component="dl" gap="xl" m={0}>
          <Count name="Added" color="green" value={counts.added} />
          <Count name="Already there" color="blue" value={counts.duplicate} />
          <Count name="Failed" color="red" value={counts.failed} />
          <Count name="Left" value={counts.left} />
          <Count name="Found in all" value={counts.found} />
          {isUndo(state) ? (
            <>
              <Count name="Taken out again" value={counts.removed} />
              <Count name="Kept, edited since" value={counts.kept} />
            </>
          ) : null}
        </Group>
      </Stack>
    </Paper>
  );
}

function sentenceOf({ found, left, added, removed, kept }: Counts, state: ImportState): string {
  if (isUndo(state))
    return `${inDigits(removed + kept)} of the ${counted(added, "film")} that it added are dealt with.`;
  if (found === 0) return "No row has been found yet.";
  if (left === 0 && state === "finished") return `All ${inDigits(found)} rows are done.`;
  return `${inDigits(found - left)} of the ${inDigits(found)} rows found so far are done.`;
}

const isUndo = (state: ImportState): boolean => state === "undoing" || state === "undone";

function Count({ name, value, color }: { name: string; value: number; color?: string }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {color ? (
          <span
            aria-hidden
            style={{
              display: "inline-block",
              width: 10,
              height: 10,
              marginRight: 6,
              borderRadius: 3,
              background: `var(--mantine-color-${color}-filled)`,
            }}
          />
        ) : null}
        {name}
      </Text>
      <Text component="dd" m={0} fw={700} size="lg">
        {inDigits(value)}
      </Text>
    </div>
  );
}
