import { Stack, Text } from "@mantine/core";

import { TextLink } from "@/components/Links";

import { DataTable } from "./DataTable";
import { duration } from "./format";
import { JobProgress, JobStateBadge } from "./JobParts";
import { gist } from "./running";
import { kindLabel, starter } from "./runs";
import type { Job } from "./types";
import { When } from "./When";

/** Runs with their state, the latest first; each leads to its page. */
export function JobTable({ jobs, caption }: { jobs: readonly Job[]; caption: string }) {
  return (
    <DataTable<Job>
      caption={caption}
      rows={jobs}
      keyOf={(job) => job.id}
      columns={[
        {
          name: "Job",
          cell: (job) => (
            <TextLink to="/admin/jobs/$id" params={{ id: job.id }} inherit>
              {kindLabel(job.kind)}
            </TextLink>
          ),
        },
        { name: "State", cell: (job) => <JobStateBadge state={job.state} /> },
        { name: "Result", cell: (job) => <Result job={job} /> },
        {
          name: "Started",
          cell: (job) => (
            <Stack gap={0}>
              <Text size="sm">
                <When at={job.started_at} />
              </Text>
              <Text size="xs" c="dimmed">
                by {starter(job.started_by)}
              </Text>
            </Stack>
          ),
        },
        { name: "Took", isNumber: true, cell: (job) => duration(job.duration_seconds) },
      ]}
    />
  );
}

function Result({ job }: { job: Job }) {
  if (job.state === "running" && job.progress !== null && job.progress !== undefined)
    return <JobProgress job={job} size="xs" />;
  return (
    <Text size="sm" lineClamp={2}>
      {gist(job) || "–"}
    </Text>
  );
}
