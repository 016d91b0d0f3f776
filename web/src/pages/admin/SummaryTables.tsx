import { Text } from "@mantine/core";
import { IconCheck, IconClockExclamation } from "@tabler/icons-react";

import { DataTable } from "./DataTable";
import { bytes, count, duration, humanised } from "./format";
import { Sign } from "./Sign";
import type { Freshness, TableSummary } from "./types";
import { When } from "./When";

/** How old the data is, of everything that comes by the clock. */
export function FreshnessTable({ freshness }: { freshness: Freshness[] }) {
  return (
    <DataTable<Freshness>
      caption="How old the data is"
      rows={freshness}
      keyOf={({ what }) => what}
      columns={[
        { name: "What", cell: ({ what }) => humanised(what) },
        { name: "Last success", cell: ({ as_of }) => <When at={as_of} /> },
        { name: "Allowed age", cell: ({ expected_seconds }) => duration(expected_seconds) },
        {
          name: "State",
          cell: ({ fresh }) =>
            fresh ? (
              <Sign color="green" icon={IconCheck}>
                Fresh
              </Sign>
            ) : (
              <Sign color="red" icon={IconClockExclamation}>
                Too old
              </Sign>
            ),
        },
      ]}
    />
  );
}

const labels: Record<string, string> = {
  movies: "Movies of the library",
  titles: "Titles of the guide",
  catalogue: "Catalogue table",
  viewers: "Viewers table",
  operations: "Operations table",
  tmdb_cache: "Table of TMDB's lists",
  library: "Library table",
};

/** How much there is; each number says how it was come by, so that an old one is not taken for a new one. */
export function TablesTable({ tables }: { tables: TableSummary[] }) {
  return (
    <DataTable<TableSummary>
      caption="How much there is"
      rows={tables}
      keyOf={({ name }) => name}
      columns={[
        { name: "What", cell: ({ name }) => labels[name] ?? humanised(name) },
        { name: "Items", isNumber: true, cell: ({ items }) => count(items) },
        { name: "Size", isNumber: true, cell: (table) => (table.bytes === null ? "–" : bytes(table.bytes)) },
        { name: "Counted", cell: (table) => <Counted table={table} /> },
      ]}
    />
  );
}

function Counted({ table: { counted, counted_at } }: { table: TableSummary }) {
  if (counted === "now") return "now";
  return (
    <Text size="sm" c="dimmed">
      {counted}
      {counted_at ? (
        <>
          , <When at={counted_at} />
        </>
      ) : null}
    </Text>
  );
}
