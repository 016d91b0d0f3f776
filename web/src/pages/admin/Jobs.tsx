import { Button, Group, Select } from "@mantine/core";
import { IconPlayerPlay, IconListCheck } from "@tabler/icons-react";
import { useState } from "react";

import { $api } from "@/api/client";
import { inPages } from "@/api/paging";
import { Page } from "@/components/Page";
import { EmptyState } from "@/components/States";
import { More } from "@/components/TitleGrid";

import { oneOf, useAddress } from "./address";
import { stateNames } from "./JobParts";
import { lookAgain } from "./running";
import { JobTable } from "./JobTable";
import { Loaded } from "./Panel";
import { RunDialog } from "./RunDialog";
import { kindChoices, startable, type Kind } from "./runs";
import type { JobState } from "./types";

const LIMIT = 25;
const states = Object.keys(stateNames) as JobState[];

/** All runs with filters, live while one is under way; any job can be started here. */
export function Jobs() {
  const [address, change] = useAddress("kind", "state");
  const state = oneOf(states, address.state);
  const kind = address.kind;
  const [asked, setAsked] = useState<Kind | null>(null);
  const query = $api.useInfiniteQuery(
    "get",
    "/admin/jobs",
    { params: { query: { kind, state, limit: LIMIT } } },
    {
      ...inPages,
      refetchInterval: ({ state }) => lookAgain(state.data?.pages.flatMap((page) => page.jobs)),
    },
  );
  const startButton = (
    <Button
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      onClick={() => setAsked(oneOf(startable, kind) ?? "listing")}
    >
      Start a job
    </Button>
  );
  return (
    <Page title="Jobs" lead="Scheduled and manual runs of the last 90 days, the latest first." actions={startButton}>
      <Group align="flex-end">
        <Select
          label="Job"
          data={kindChoices}
          value={kind ?? null}
          onChange={(value) => change({ kind: value })}
          placeholder="All"
          clearable
          clearButtonProps={{ "aria-label": "Show all jobs" }}
        />
        <Select
          label="State"
          data={states.map((each) => ({ value: each, label: stateNames[each] }))}
          value={state ?? null}
          onChange={(value) => change({ state: value })}
          placeholder="All"
          clearable
          clearButtonProps={{ "aria-label": "Show all states" }}
        />
      </Group>
      <Loaded query={query} lines={10} lineHeight={56}>
        {({ pages }) => {
          const jobs = pages.flatMap((page) => page.jobs);
          return (
            <>
              {jobs.length ? (
                <JobTable jobs={jobs} caption="Runs, the latest first" />
              ) : query.hasNextPage ? null : (
                <EmptyState title="No runs here" icon={<IconListCheck size={34} />}>
                  {kind || state
                    ? "No run fits these filters. Clear one of them."
                    : "Nothing has run yet. Start a job."}
                </EmptyState>
              )}
              <More {...query} />
            </>
          );
        }}
      </Loaded>
      <RunDialog kind={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}
