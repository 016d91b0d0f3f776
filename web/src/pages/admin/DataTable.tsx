import { Table, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./DataTable.module.css";

/** A column: its heading, and what stands in it for a row. */
export interface Column<Row> {
  name: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand to the right. */
  isNumber?: boolean;
  /** Columns of buttons have a heading only for those who hear it. */
  isHeadingHidden?: boolean;
}

interface Props<Row> {
  /** What the table shows, for those who hear it. */
  caption: string;
  /** The first names its row. */
  columns: [Column<Row>, ...Column<Row>[]];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Two to a line on a phone: for many short numbers. */
  isCompact?: boolean;
}

/** A table that turns into cards where there is no room for one. */
export function DataTable<Row>({ caption, columns, rows, keyOf, isCompact }: Props<Row>) {
  const [lead, ...rest] = columns;
  return (
    <Table className={classes.table} data-compact={isCompact || undefined} highlightOnHover verticalSpacing="xs">
      <VisuallyHidden component="caption">{caption}</VisuallyHidden>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ name, isNumber, isHeadingHidden }) => (
            <Table.Th key={name} scope="col" className={isNumber ? classes.number : undefined}>
              {isHeadingHidden ? <VisuallyHidden>{name}</VisuallyHidden> : name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={keyOf(row)}>
            <Table.Th scope="row" className={classes.lead}>
              {lead.cell(row)}
            </Table.Th>
            {rest.map(({ name, cell, isNumber, isHeadingHidden }) => (
              <Table.Td
                key={name}
                className={isNumber ? classes.number : undefined}
                data-label={isHeadingHidden ? undefined : name}
              >
                {/* One box, so that on a phone it stands as a whole beside its label. */}
                <div>{cell(row)}</div>
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
