import { SimpleGrid, Stack, Text } from "@mantine/core";

import { $api } from "@/api/client";
import { Page } from "@/components/Page";
import { EmptyState } from "@/components/States";

import { Facts } from "./Facts";
import { count, when } from "./format";
import { Loaded, Panel } from "./Panel";
import { Budget, ProviderBadge } from "./ProviderParts";
import { providerName } from "./budgets";
import type { Provider } from "./types";
import { When } from "./When";

const HALF_A_MINUTE = 30_000;

/** How far each provider may be used: its credits, its pace, and whether it is called at all. */
export function Providers() {
  const query = $api.useQuery("get", "/admin/providers", {}, { refetchInterval: HALF_A_MINUTE });
  return (
    <Page title="Providers" lead="What may be asked of whom: credits, pace and pauses.">
      <Loaded query={query} lines={2} lineHeight={240}>
        {({ providers }) =>
          providers.length ? (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {providers.map((provider) => (
                <ProviderCard key={provider.name} provider={provider} />
              ))}
            </SimpleGrid>
          ) : (
            <EmptyState title="No providers">No provider is set up in this environment. Check its secrets.</EmptyState>
          )
        }
      </Loaded>
    </Page>
  );
}

function ProviderCard({ provider }: { provider: Provider }) {
  const { credits, breaker, paused_until, requests_per_second } = provider;
  return (
    <Panel title={providerName(provider.name)} actions={<ProviderBadge provider={provider} />}>
      <Stack>
        {credits ? (
          <>
            <Budget label="This month" used={credits.limit - credits.left} of={credits.limit} />
            <Budget label="Today" used={credits.spent_today} of={credits.budget_today} warnAt={1} />
          </>
        ) : (
          <Text size="sm" c="dimmed">
            Costs no credits; only its pace is limited.
          </Text>
        )}
        <Facts
          facts={[
            ...(credits
              ? ([
                  ["Credits left", count(credits.left)],
                  ["Renewal expected", <Renewal key="renewal" at={credits.renews_at} />],
                ] as const)
              : []),
            ["Pace", pace(requests_per_second)],
            ["Failures in a row", count(breaker.failures)],
            ...(breaker.open_until ? ([["Called again", <When key="open" at={breaker.open_until} />]] as const) : []),
            ...(paused_until ? ([["Paused until", when(paused_until)]] as const) : []),
          ]}
        />
      </Stack>
    </Panel>
  );
}

function Renewal({ at }: { at: string }) {
  return (
    <time dateTime={at}>{new Date(at).toLocaleDateString("en-GB", { dateStyle: "medium", timeZone: "UTC" })}</time>
  );
}

/** A pace in the unit in which it is at least one call. */
function pace(perSecond: number): string {
  return perSecond >= 1
    ? `${count(perSecond)} calls a second, all functions together`
    : `${count(perSecond * 60)} calls a minute, all functions together`;
}
