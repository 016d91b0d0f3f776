import { Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { $api } from "@/api/client";
import { TextLink } from "@/components/Links";
import { Page } from "@/components/Page";

import { Attention } from "./Attention";
import { attention } from "./needs";
import { count, humanised } from "./format";
import { FreshnessTable, TablesTable } from "./SummaryTables";
import { JobTable } from "./JobTable";
import { lookAgain } from "./running";
import { Loaded, Panel } from "./Panel";
import { Budget, ProviderBadge } from "./ProviderParts";
import { providerName } from "./budgets";
import { RunDialog } from "./RunDialog";
import { kinds, startable, type Kind } from "./runs";
import type { Provider } from "./types";

const EVERY_MINUTE = 60_000;
const LAST_JOBS = 8;

/** One screen that says whether all is well, and where it is not; from here jobs are started. */
export function Overview() {
  const [asked, setAsked] = useState<Kind | null>(null);
  const summary = $api.useQuery("get", "/admin/dynamodb/summary", {}, { refetchInterval: EVERY_MINUTE });
  const providers = $api.useQuery("get", "/admin/providers", {}, { refetchInterval: EVERY_MINUTE });
  const inbox = $api.useQuery(
    "get",
    "/admin/failures",
    { params: { query: { limit: 1 } } },
    { refetchInterval: EVERY_MINUTE },
  );
  const jobs = $api.useQuery(
    "get",
    "/admin/jobs",
    { params: { query: { limit: LAST_JOBS } } },
    { refetchInterval: ({ state }) => lookAgain(state.data?.jobs) },
  );
  const points = attention({
    freshness: summary.data?.freshness,
    open: inbox.data?.open,
    providers: providers.data?.providers,
    jobs: jobs.data?.jobs,
  });
  const all = [summary, providers, inbox, jobs];
  return (
    <Page title="Operations" lead="What the system does, and what needs you.">
      <Attention
        points={points}
        isComplete={all.every(({ data }) => data !== undefined)}
        hasFailed={all.some(({ error }) => error !== null)}
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Panel title="Freshness">
          <Loaded query={summary} lines={8} lineHeight={34}>
            {({ freshness }) => <FreshnessTable freshness={freshness} />}
          </Loaded>
        </Panel>
        <Panel title="Start a job">
          <Stack gap={6} component="ul" style={{ listStyle: "none", padding: 0, margin: 0 }}>
            {startable.map((kind) => (
              <Group key={kind} component="li" wrap="nowrap" justify="space-between">
                <div>
                  <Text size="sm" fw={600}>
                    {kinds[kind].label}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {kinds[kind].does}
                  </Text>
                </div>
                <Button
                  size="xs"
                  variant="default"
                  flex="none"
                  aria-label={`Start: ${kinds[kind].label}`}
                  onClick={() => setAsked(kind)}
                >
                  Start …
                </Button>
              </Group>
            ))}
          </Stack>
        </Panel>
        <Panel
          title="Providers"
          actions={
            <TextLink size="sm" to="/admin/providers">
              All of it
            </TextLink>
          }
        >
          <Loaded query={providers} lines={2} lineHeight={70}>
            {(found) => (
              <Stack>
                {found.providers.map((provider) => (
                  <ProviderLine key={provider.name} provider={provider} />
                ))}
              </Stack>
            )}
          </Loaded>
        </Panel>
        <Panel
          title="Open failures"
          actions={
            <TextLink size="sm" to="/admin/failures">
              To the inbox
            </TextLink>
          }
        >
          <Loaded query={inbox} lines={3} lineHeight={28}>
            {({ open }) => <OpenFailures open={open} />}
          </Loaded>
        </Panel>
      </SimpleGrid>
      <Panel
        title="Last jobs"
        actions={
          <TextLink size="sm" to="/admin/jobs">
            All jobs
          </TextLink>
        }
      >
        <Loaded query={jobs} lines={LAST_JOBS} lineHeight={50}>
          {(found) =>
            found.jobs.length ? (
              <JobTable jobs={found.jobs} caption="The last runs" />
            ) : (
              <Text size="sm">Nothing has run yet. Start a job above.</Text>
            )
          }
        </Loaded>
      </Panel>
      <Panel title="Tables">
        <Loaded query={summary} lines={7} lineHeight={34}>
          {({ tables }) => <TablesTable tables={tables} />}
        </Loaded>
      </Panel>
      <RunDialog kind={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}

function ProviderLine({ provider }: { provider: Provider }) {
  const { credits } = provider;
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text fw={600}>{providerName(provider.name)}</Text>
        <ProviderBadge provider={provider} />
      </Group>
      {credits ? <Budget label="Credits this month" used={credits.limit - credits.left} of={credits.limit} /> : null}
    </Stack>
  );
}

function OpenFailures({ open }: { open: Record<string, number> }) {
  const sources = Object.entries(open)
    .filter(([, number]) => number > 0)
    .sort(([, one], [, other]) => other - one);
  if (!sources.length) return <Text size="sm">None. Whatever is given up will wait in the inbox.</Text>;
  return (
    <Stack gap={6} component="ul" style={{ listStyle: "none", padding: 0, margin: 0 }}>
      {sources.map(([source, number]) => (
        <Group key={source} component="li" justify="space-between">
          <TextLink to="/admin/failures" search={{ source }} size="sm">
            {humanised(source)}
          </TextLink>
          <Text size="sm" fw={600}>
            {count(number)}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
