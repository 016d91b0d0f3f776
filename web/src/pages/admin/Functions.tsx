import { Anchor, Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";

import { $api } from "@/api/client";
import { Page } from "@/components/Page";
import { EmptyState } from "@/components/States";

import { useAddress } from "./address";
import { DataTable } from "./DataTable";
import { count, milliseconds, percent, timeOfDay } from "./format";
import { FunctionLogs } from "./FunctionLogs";
import { worstFirst } from "./logging";
import { Loaded, Panel } from "./Panel";
import classes from "./Functions.module.css";
import type { FunctionHour } from "./types";
import { When } from "./When";

const EVERY_MINUTE = 60_000;

/** Our functions in the last hour, those with errors first, and what each has logged. */
export function Functions() {
  const [address, change] = useAddress("function");
  const query = $api.useQuery("get", "/admin/system/lambdas", {}, { refetchInterval: EVERY_MINUTE });
  const functions = query.data?.functions ?? [];
  return (
    <Page
      title="Functions"
      lead={query.data ? `${timeOfDay(query.data.from)} to ${timeOfDay(query.data.to)}` : "The last hour"}
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={query.isFetching}
          onClick={() => void query.refetch()}
        >
          Refresh
        </Button>
      }
    >
      <FunctionLogs names={functions.map(({ name }) => name)} />
      <Panel title="The last hour">
        <Loaded query={query} lines={12} lineHeight={40}>
          {(hour) =>
            hour.functions.length ? (
              <HourTable functions={hour.functions} showLogs={(name) => change({ function: name })} />
            ) : (
              <EmptyState title="No functions found">
                Marquee&apos;s functions could not be found in this account. Check that all stacks are deployed.
              </EmptyState>
            )
          }
        </Loaded>
      </Panel>
      {address.function ? null : (
        <Text size="sm" c="dimmed">
          Choose a function to read what it has logged.
        </Text>
      )}
    </Page>
  );
}

function HourTable({ functions, showLogs }: { functions: FunctionHour[]; showLogs: (name: string) => void }) {
  return (
    <DataTable<FunctionHour>
      caption="Functions in the last hour, those with errors first"
      rows={worstFirst(functions)}
      keyOf={({ name }) => name}
      isCompact
      columns={[
        {
          name: "Function",
          cell: ({ name }) => (
            <Anchor component="button" type="button" inherit onClick={() => showLogs(name)} ta="left">
              {name}
            </Anchor>
          ),
        },
        { name: "Calls", isNumber: true, cell: ({ invocations }) => count(invocations) },
        { name: "Errors", isNumber: true, cell: (each) => <Errors hour={each} /> },
        { name: "Throttled", isNumber: true, cell: ({ throttles }) => count(throttles) },
        { name: "p50", isNumber: true, cell: ({ duration_p50_ms }) => milliseconds(duration_p50_ms) },
        { name: "p99", isNumber: true, cell: ({ duration_p99_ms }) => milliseconds(duration_p99_ms) },
        { name: "Last error", isNumber: true, cell: ({ last_error_at }) => <When at={last_error_at} none="none" /> },
      ]}
    />
  );
}

function Errors({ hour: { errors, invocations } }: { hour: FunctionHour }) {
  if (!errors) return "0";
  return (
    <Text component="span" size="sm" className={classes.bad}>
      {count(errors)}
      {invocations ? ` (${percent(errors / invocations)})` : ""}
    </Text>
  );
}
