import "@mantine/charts/styles.css";

import { AreaChart } from "@mantine/charts";
import { Stack } from "@mantine/core";

import { DataTable } from "./DataTable";
import { count, dayName } from "./format";
import type { Point } from "./trend";

/** What was counted from day to day as a chart, and the same as a table for who does not see it. */
export function TrendChart({ points, label }: { points: Point[]; label: string }) {
  return (
    <Stack>
      <div aria-hidden>
        <AreaChart
          h={280}
          data={points}
          // What the chart says to the keyboard and the ear is in the table.
          areaChartProps={{ accessibilityLayer: false }}
          dataKey="day"
          series={[{ name: label, color: "lamp.6" }]}
          curveType="monotone"
          withDots={points.length < 40}
          valueFormatter={count}
          xAxisProps={{ tickFormatter: dayName, minTickGap: 24 }}
          yAxisProps={{ width: 56, allowDecimals: false }}
        />
      </div>
      <details>
        <summary>The same as a table</summary>
        <DataTable<Point>
          caption={`${label}, by day, the latest first`}
          rows={[...points].reverse()}
          keyOf={({ day }) => String(day)}
          columns={[
            { name: "Day", cell: ({ day }) => dayName(String(day)) },
            { name: "Titles", isNumber: true, cell: (point) => numberOf(point[label]) },
          ]}
        />
      </details>
    </Stack>
  );
}

const numberOf = (value: string | number | undefined): string => (typeof value === "number" ? count(value) : "–");
