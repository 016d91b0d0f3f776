import { Group, Progress, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconPlayerPlay } from "@tabler/icons-react";

import { count, percent } from "./format";
import { parts } from "./running";
import { kindLabel } from "./runs";
import { Sign } from "./Sign";
import type { Job, JobState } from "./types";

/** What the states of a run are called. */
export const stateNames: Record<JobState, string> = { running: "Running", succeeded: "Succeeded", failed: "Failed" };

const looks = {
  running: { color: "blue", icon: IconPlayerPlay },
  succeeded: { color: "green", icon: IconCheck },
  failed: { color: "red", icon: IconAlertTriangle },
} as const;

/** A run's state as a word with a sign. */
export function JobStateBadge({ state }: { state: JobState }) {
  return <Sign {...looks[state]}>{stateNames[state]}</Sign>;
}

/** How far a run is, as a bar and in words; nothing for one that is not done in parts. */
export function JobProgress({ job, size = "md" }: { job: Job; size?: "xs" | "md" }) {
  if (job.progress === null || job.progress === undefined) return null;
  const { whole } = parts(job.counts ?? {});
  const label = `${kindLabel(job.kind)}: progress`;
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress.Root size={size} flex={1} miw={60} transitionDuration={200}>
        {whole ? (
          bars(job).map(({ name, part, color }) => (
            <Progress.Section key={name} value={100 * part} color={color} aria-label={`${label}, ${name}`} />
          ))
        ) : (
          <Progress.Section value={100 * job.progress} aria-label={label} />
        )}
      </Progress.Root>
      <Text size="sm" component="span" style={{ whiteSpace: "nowrap" }}>
        {percent(job.progress)}
      </Text>
    </Group>
  );
}

/** What is behind a run, by how it ended; what there is none of gets no bar. */
function bars(job: Job) {
  const { whole, done, deferred, failed } = parts(job.counts ?? {});
  return [
    { name: "done", part: done / whole, color: "green" },
    { name: "deferred", part: deferred / whole, color: "yellow" },
    { name: "failed", part: failed / whole, color: "red" },
  ].filter(({ part }) => part > 0);
}

/** The parts of a run in words: they add up to the whole. */
export function JobPartsLegend({ job }: { job: Job }) {
  const { whole, done, failed, deferred, queued } = parts(job.counts ?? {});
  if (!whole) return null;
  const named = [
    [done, "done"],
    [failed, "failed"],
    [deferred, "deferred"],
    [queued, "to do"],
  ] as const;
  return (
    <Text size="sm" c="dimmed">
      {named
        .filter(([number]) => number > 0)
        .map(([number, name]) => `${count(number)} ${name}`)
        .join(" · ")}{" "}
      of {count(whole)}
    </Text>
  );
}
