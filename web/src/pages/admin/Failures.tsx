import { Group, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconMoodCheck } from "@tabler/icons-react";
import { useState } from "react";

import { $api } from "@/api/client";
import { inPages } from "@/api/paging";
import { toApiError } from "@/api/errors";
import { Page } from "@/components/Page";
import { EmptyState } from "@/components/States";
import { More } from "@/components/TitleGrid";

import { oneOf, useAddress } from "./address";
import { FailureBulk } from "./FailureBulk";
import { FailureDrawer } from "./FailureDrawer";
import { FailureList } from "./FailureList";
import { failureKinds, failureStates, openIn, replaySentence, UNCOLLECTED, useReplays } from "./inbox";
import { count, counted, humanised } from "./format";
import { Loaded } from "./Panel";
import { Uncollected } from "./Uncollected";
import type { FailureKind, FailureState } from "./types";

const LIMIT = 25;
const EVERY_MINUTE = 60_000;
const kinds = Object.keys(failureKinds) as FailureKind[];
const states = Object.keys(failureStates) as FailureState[];

/** The inbox of what was given up: look at it, replay one, many or all of a source, or discard it with a note. */
export function Failures() {
  const [address, change] = useAddress("kind", "state", "source", "failure");
  const kind = oneOf(kinds, address.kind);
  const state = oneOf(states, address.state) ?? "open";
  const { source } = address;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const query = $api.useInfiniteQuery(
    "get",
    "/admin/failures",
    { params: { query: { kind, state, source, limit: LIMIT } } },
    {
      ...inPages,
      refetchInterval: EVERY_MINUTE,
    },
  );
  const replays = useReplays((result) => {
    setChosen([]);
    notifications.show({ message: replaySentence(result), color: result.failed ? "yellow" : "green" });
  });
  const failures = query.data?.pages.flatMap((page) => page.failures) ?? [];
  const open = query.data?.pages[0]?.open ?? {};
  const total = openIn(open);
  // Those that a filter or a replay took away are not chosen any more.
  const visible = failures.filter((failure) => failure.state === "open" && chosen.includes(failure.id));
  const replay = (wanted: Parameters<typeof replays.mutate>[0]) =>
    replays.mutate(wanted, {
      onError: (error) =>
        notifications.show({ title: "Not all was replayed", message: toApiError(error).message, color: "red" }),
    });
  const filter = (changes: Parameters<typeof change>[0]) => {
    setChosen([]);
    change(changes);
  };

  return (
    <Page
      title="Failures"
      lead={
        query.data
          ? total
            ? `${counted(total, "failure")} ${total === 1 ? "waits" : "wait"} for you.`
            : "Nothing waits for you."
          : "What was given up and waits for a person."
      }
    >
      <Group align="flex-end">
        <Select
          label="State"
          data={states.map((each) => ({ value: each, label: failureStates[each] }))}
          value={state}
          onChange={(value) => filter({ state: value === "open" ? null : value })}
          allowDeselect={false}
          w={150}
        />
        <Select
          label="Source"
          data={sourcesOf(open, source)}
          value={source ?? null}
          onChange={(value) => filter({ source: value })}
          placeholder="All"
          clearable
          clearButtonProps={{ "aria-label": "Show all sources" }}
        />
        <Select
          label="Kind"
          data={kinds.map((each) => ({ value: each, label: failureKinds[each] }))}
          value={kind ?? null}
          onChange={(value) => filter({ kind: value })}
          placeholder="All"
          clearable
          clearButtonProps={{ "aria-label": "Show all kinds" }}
          w={150}
        />
      </Group>
      <Loaded query={query} lines={6} lineHeight={96}>
        {() => (
          <>
            {state === "open" && !kind && (!source || source === UNCOLLECTED) && open[UNCOLLECTED] ? (
              <Uncollected
                messages={open[UNCOLLECTED]}
                isBusy={replays.isPending}
                replay={() => replay({ source: UNCOLLECTED })}
              />
            ) : null}
            {state === "open" && total > 0 && source !== UNCOLLECTED ? (
              <FailureBulk
                failures={failures}
                chosen={visible.map((failure) => failure.id)}
                choose={setChosen}
                source={source}
                openOfSource={source ? (open[source] ?? 0) : 0}
                isBusy={replays.isPending}
                replay={replay}
              />
            ) : null}
            {failures.length ? (
              <FailureList
                failures={failures}
                chosen={chosen}
                choose={setChosen}
                show={(failure) => change({ failure })}
              />
            ) : query.hasNextPage || (!kind && open[UNCOLLECTED] && (!source || source === UNCOLLECTED)) ? null : (
              <EmptyState title="No failures here" icon={<IconMoodCheck size={34} />}>
                {kind || source || state !== "open"
                  ? "No failure fits these filters. Clear one of them to see others."
                  : "Whatever is given up will wait here until you replay or discard it."}
              </EmptyState>
            )}
            <More {...query} />
          </>
        )}
      </Loaded>
      <FailureDrawer id={address.failure ?? null} onClose={() => change({ failure: null })} />
    </Page>
  );
}

function sourcesOf(open: Record<string, number>, chosen: string | undefined) {
  const names = [...new Set([...Object.keys(open).filter((name) => open[name]), ...(chosen ? [chosen] : [])])].sort();
  return names.map((name) => ({ value: name, label: `${humanised(name)} (${count(open[name] ?? 0)})` }));
}
