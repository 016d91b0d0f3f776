import { Button, Group, List, Loader, SimpleGrid, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconArrowLeft, IconPlayerPlay } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { $api } from "@/api/client";
import { TextLink } from "@/components/Links";
import { Page } from "@/components/Page";

import { oneOf } from "./address";
import { Facts } from "./Facts";
import { count, duration, humanised, plain, when } from "./format";
import { JobPartsLegend, JobProgress, JobStateBadge } from "./JobParts";
import { otherCounts, spoken } from "./running";
import { Note } from "./Note";
import { Loaded, Panel } from "./Panel";
import { RunDialog } from "./RunDialog";
import { kindLabel, startable, starter, type Kind } from "./runs";
import type { Job, JobState } from "./types";

const OFTEN = 2_000;

/** One run: how far it is, what it counted, what went wrong and what it was asked; live until it ends. */
export function JobPage() {
  const { id } = useParams({ from: "/operators/admin/jobs/$id" });
  const [asked, setAsked] = useState<Kind | null>(null);
  const query = $api.useQuery(
    "get",
    "/admin/jobs/{job_id}",
    { params: { path: { job_id: id } } },
    { refetchInterval: ({ state }) => (state.data?.state === "running" ? OFTEN : false) },
  );
  const job = query.data;
  const kind = oneOf(startable, job?.kind);
  useForgetOnceEnded(job?.state);
  return (
    <Page
      title={job ? kindLabel(job.kind) : "Job"}
      lead={
        <TextLink to="/admin/jobs" activeOptions={{ exact: true }} size="sm">
          <Group gap={4} component="span" display="inline-flex">
            <IconArrowLeft size={14} aria-hidden /> All jobs
          </Group>
        </TextLink>
      }
      actions={
        kind && job?.state !== "running" ? (
          <Button
            variant="default"
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            onClick={() => setAsked(kind)}
          >
            Start again
          </Button>
        ) : null
      }
    >
      <Loaded query={query} lines={3} lineHeight={140}>
        {(found) => <Run job={found} />}
      </Loaded>
      <RunDialog kind={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}

/** Have the other pages of operators read anew once a run has ended: it may have changed what they show. */
function useForgetOnceEnded(state: JobState | undefined) {
  const queries = useQueryClient();
  useEffect(() => {
    if (!state || state === "running") return;
    void queries.invalidateQueries({
      predicate: ({ queryKey: [, path] }) =>
        typeof path === "string" && path.startsWith("/admin/") && path !== "/admin/jobs/{job_id}",
      // Nothing of it is open; what opens next asks.
      refetchType: "none",
    });
  }, [state, queries]);
}

function Run({ job }: { job: Job }) {
  const errors = job.errors ?? [];
  const counted = otherCounts(job.counts ?? {});
  const input = Object.entries(job.input ?? {}).filter(([name]) => name !== "started_by");
  return (
    <Stack>
      <VisuallyHidden role="status">{spoken(job)}</VisuallyHidden>
      <Panel title="How it goes" actions={<JobStateBadge state={job.state} />}>
        <Stack gap="xs">
          {job.state === "running" && (job.progress === null || job.progress === undefined) ? (
            <Group gap="xs">
              <Loader size="xs" aria-hidden />
              <Text size="sm">At work; this job does not say how far it is.</Text>
            </Group>
          ) : null}
          <JobProgress job={job} />
          <JobPartsLegend job={job} />
          <Facts
            facts={[
              ["Started", `${when(job.started_at)} by ${starter(job.started_by)}`],
              ["Ended", job.finished_at ? when(job.finished_at) : "not yet"],
              [job.finished_at ? "Took" : "Running for", duration(job.duration_seconds)],
              ["Id", job.id],
            ]}
          />
        </Stack>
      </Panel>
      {errors.length ? (
        <Note color="red" variant="light" title={errors.length === 1 ? "What went wrong" : "The first errors"}>
          <List size="sm" spacing={4}>
            {errors.map((error) => (
              <List.Item key={error} style={{ overflowWrap: "anywhere" }}>
                {error}
              </List.Item>
            ))}
          </List>
        </Note>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Panel title="Counted">
          {counted.length ? (
            <Facts facts={counted.map(([name, number]) => [humanised(name), count(number)])} />
          ) : (
            <Nothing>{job.state === "running" ? "Nothing yet." : "Nothing beside its parts."}</Nothing>
          )}
        </Panel>
        <Panel title="Asked for">
          {input.length ? (
            <Facts facts={input.map(([name, value]) => [humanised(name), plain(value)])} />
          ) : (
            <Nothing>The usual; nothing was chosen.</Nothing>
          )}
        </Panel>
      </SimpleGrid>
    </Stack>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
