import "@mantine/charts/styles.css";

import { BarChart } from "@mantine/charts";
import { useNavigate } from "@tanstack/react-router";

import type { Bar } from "./Bars";

const NAME_WIDTH = 110;

/** The chart of `Bars`; a bar that is pressed lists its films. */
export function BarsChart({ bars, isAcross, height }: { bars: Bar[]; isAcross?: boolean; height: number }) {
  const navigate = useNavigate();
  return (
    <BarChart
      h={height}
      data={bars.map(({ name, count }) => ({ name, count }))}
      dataKey="name"
      series={[{ name: "count", label: "Films", color: "var(--mantine-primary-color-filled)" }]}
      orientation={isAcross ? "vertical" : "horizontal"}
      gridAxis={isAcross ? "y" : "x"}
      tickLine="none"
      xAxisProps={isAcross ? { allowDecimals: false } : { interval: "equidistantPreserveStart" }}
      yAxisProps={isAcross ? { width: NAME_WIDTH, interval: 0 } : { allowDecimals: false, width: 40 }}
      maxBarWidth={34}
      barProps={{
        isAnimationActive: false,
        radius: isAcross ? [0, 4, 4, 0] : [4, 4, 0, 0],
        cursor: "pointer",
        onClick: (_, index) => void navigate({ to: "/library", search: bars[index]?.search ?? {} }),
      }}
      // The table beside it is what the keyboard and screen readers use.
      barChartProps={{ accessibilityLayer: false }}
    />
  );
}
