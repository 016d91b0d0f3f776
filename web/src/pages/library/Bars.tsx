import { Paper, Skeleton, Table, Text, Title, VisuallyHidden } from "@mantine/core";
import { lazy, Suspense, useId } from "react";

import { TextLink } from "@/components/Links";

import type { MovieSearch } from "./search";
import { inDigits } from "./words";

// The charts are the heaviest part of the app: they come when somebody looks at one.
const BarsChart = lazy(() => import("./BarsChart").then((module) => ({ default: module.BarsChart })));

/** How many films there are of something, and the search that lists them. */
export interface Bar {
  name: string;
  count: number;
  search: Partial<MovieSearch>;
}

interface Props {
  title: string;
  note: string;
  /** What the names are. */
  column: string;
  bars: Bar[];
  isTable: boolean;
  /** Bars that lie, for names that need room. */
  isAcross?: boolean;
}

const HEIGHT = 360;

/** Counts as a chart or as a table; who cannot see the chart always has the table. */
export function Bars({ title, note, column, bars, isTable, isAcross }: Props) {
  const id = useId();
  const table = <CountTable labelledBy={id} column={column} bars={bars} hasLinks={isTable} />;
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {note}
      </Text>
      {bars.length === 0 ? (
        <Text size="sm">None of the films says.</Text>
      ) : isTable ? (
        table
      ) : (
        <>
          <div aria-hidden style={{ height: HEIGHT }}>
            <Suspense fallback={<Skeleton height={HEIGHT} />}>
              <BarsChart bars={bars} isAcross={isAcross} height={HEIGHT} />
            </Suspense>
          </div>
          <VisuallyHidden>{table}</VisuallyHidden>
        </>
      )}
    </Paper>
  );
}

function CountTable({
  labelledBy,
  column,
  bars,
  hasLinks,
}: {
  labelledBy: string;
  column: string;
  bars: Bar[];
  hasLinks: boolean;
}) {
  return (
    <Table aria-labelledby={labelledBy}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{column}</Table.Th>
          <Table.Th ta="right">Films</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {bars.map(({ name, count, search }) => (
          <Table.Tr key={name}>
            <Table.Td>
              {hasLinks ? (
                <TextLink to="/library" search={search} size="sm">
                  {name}
                </TextLink>
              ) : (
                name
              )}
            </Table.Td>
            <Table.Td ta="right">{inDigits(count)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
