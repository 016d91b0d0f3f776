import { Badge, Paper, ScrollArea, Stack, Table, Text, Title } from "@mantine/core";

import type { Schemas } from "@/api/client";

import { FailureTable } from "./FailureTable";
import { namesOf } from "./mapping";
import { MappingForm } from "./MappingForm";
import { counted, inDigits } from "./words";

interface Props {
  shown: Schemas["ImportDetailAnswer"];
  preview: Schemas["PreviewAnswer"];
  /** Told once another mapping is taken. */
  done: () => void;
}

/** What would be imported: the first rows, how their columns are taken, and what is wrong with them. */
export function ImportPreview({ shown, preview, done }: Props) {
  const { rows, columns, problems, looked_at: seen, expected_duplicates: duplicates } = preview;
  return (
    <>
      <Paper component="section" withBorder p="md" aria-labelledby="import-mapping">
        <Stack>
          <div>
            <Title order={2} size="h4" id="import-mapping">
              Which column is what
            </Title>
            <Text size="sm" c="dimmed">
              {preview.format ? `Recognised as ${preview.format}. ` : ""}Of the first {counted(seen, "row")},{" "}
              {inDigits(duplicates)} {duplicates === 1 ? "is" : "are"} in the library already
              {problems.length ? " and some would fail, as listed below" : ""}.
            </Text>
          </div>
          <MappingForm id={shown.id} chosen={shown.mapping} preview={preview} done={done} />
        </Stack>
      </Paper>
      <Stack gap="sm">
        <Title order={2} size="h4" id="import-rows">
          The first rows
        </Title>
        <ScrollArea viewportProps={{ tabIndex: 0, role: "region", "aria-labelledby": "import-rows" }}>
          <Table withTableBorder verticalSpacing={6} aria-labelledby="import-rows">
            <Table.Thead>
              <Table.Tr>
                {columns.map((column) => (
                  <Table.Th key={column} style={{ whiteSpace: "nowrap", verticalAlign: "bottom" }}>
                    <Stack gap={4}>
                      <ReadAs names={namesOf(preview.mapping, column)} />
                      {column}
                    </Stack>
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row, index) => (
                <Table.Tr key={index}>
                  {columns.map((column) => (
                    <Table.Td key={column} miw={130} maw={280} style={{ overflowWrap: "anywhere" }}>
                      {typeof row[column] === "string" ? row[column] : ""}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea>
      </Stack>
      {problems.length ? (
        <Stack gap="sm">
          <Title order={2} size="h4">
            Rows that would fail
          </Title>
          <FailureTable failures={problems} label="Rows that would fail" />
        </Stack>
      ) : null}
    </>
  );
}

function ReadAs({ names }: { names: string[] }) {
  if (!names.length) {
    return (
      <Text size="xs" c="dimmed">
        Left out
      </Text>
    );
  }
  return (
    <Badge variant="light" tt="none" miw="fit-content">
      {names.join(" and ")}
    </Badge>
  );
}
