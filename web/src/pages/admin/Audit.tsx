import { Code, Text } from "@mantine/core";
import { IconClipboardList } from "@tabler/icons-react";

import { $api } from "@/api/client";
import { inPages } from "@/api/paging";
import { TextLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState } from "@/components/States";
import { More } from "@/components/TitleGrid";

import { deed, jobIn } from "./deeds";
import { DataTable } from "./DataTable";
import { plain, when } from "./format";
import { Loaded } from "./Panel";
import type { AuditEntry } from "./types";
import { When } from "./When";

const LIMIT = 50;

/** Who started, replayed, discarded or read what, and what came of it. */
export function Audit() {
  const query = $api.useInfiniteQuery("get", "/admin/audit", { params: { query: { limit: LIMIT } } }, inPages);
  return (
    <Page title="Audit" lead="What operators did, the latest first.">
      <Loaded query={query} lines={10} lineHeight={52}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          return (
            <>
              {entries.length ? (
                <Entries entries={entries} />
              ) : query.hasNextPage ? null : (
                <EmptyState title="Nothing here yet" icon={<IconClipboardList size={34} />}>
                  What operators start, replay, discard or read in the logs is written down here.
                </EmptyState>
              )}
              <More {...query} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Entries({ entries }: { entries: AuditEntry[] }) {
  return (
    <DataTable<AuditEntry>
      caption="What operators did, the latest first"
      rows={entries}
      keyOf={({ at, who, what }) => `${at} ${who} ${what}`}
      columns={[
        { name: "What", cell: ({ what }) => <span title={what}>{deed(what)}</span> },
        { name: "Who", cell: ({ who }) => who },
        {
          name: "When",
          cell: ({ at }) => (
            <>
              <When at={at} />
              <Text size="xs" c="dimmed">
                {when(at)}
              </Text>
            </>
          ),
        },
        { name: "Input", cell: ({ input = {} }) => <Input input={input} /> },
        { name: "Outcome", cell: ({ outcome }) => <Outcome outcome={outcome} /> },
      ]}
    />
  );
}

function Input({ input }: { input: Record<string, unknown> }) {
  const entries = Object.entries(input);
  if (!entries.length) return "–";
  return (
    <Code style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
      {entries.map(([name, value]) => `${name}: ${plain(value)}`).join("; ")}
    </Code>
  );
}

function Outcome({ outcome }: { outcome: string }) {
  const id = jobIn(outcome);
  if (!id) return outcome;
  return (
    <>
      {outcome.replace(/,?\s*job_id \S+/, "")}{" "}
      <TextLink to="/admin/jobs/$id" params={{ id }} inherit>
        See the job
      </TextLink>
    </>
  );
}
