import { Code, ScrollArea, Table, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";

/** Rows that could not be imported: where each stands, what is wrong with it, and the row itself. */
export function FailureTable({ failures, label }: { failures: Schemas["FailureAnswer"][]; label: string }) {
  const hasFiles = new Set(failures.map(({ file }) => file)).size > 1;
  return (
    <ScrollArea.Autosize mah={480} viewportProps={{ tabIndex: 0, role: "region", "aria-label": label }}>
      <Table withTableBorder verticalSpacing={6} miw={520}>
        <Table.Thead>
          <Table.Tr>
            {hasFiles ? <Table.Th>File</Table.Th> : null}
            <Table.Th>Line</Table.Th>
            <Table.Th>What is wrong</Table.Th>
            <Table.Th>Row</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {failures.map((each, index) => (
            <Table.Tr key={index}>
              {hasFiles ? <Table.Td style={{ overflowWrap: "anywhere" }}>{each.file}</Table.Td> : null}
              <Table.Td>{each.line || "All of it"}</Table.Td>
              <Table.Td maw={360}>
                <Text size="sm">{each.reason}</Text>
              </Table.Td>
              <Table.Td maw={420}>
                <Code style={{ overflowWrap: "anywhere" }}>{each.row}</Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
