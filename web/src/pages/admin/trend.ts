import type { Quality } from "./types";

/** A point of the chart: a day and what was counted by the labels of the measures. */
export type Point = Record<string, string | number>;

/** The trend for a chart, the oldest day first; a day on which a measure was not counted has no point of it. */
export function trendOf({ trend, measures }: Quality, name?: string): Point[] {
  const shown = measures.filter((measure) => !name || measure.name === name);
  return [...trend]
    .sort((one, other) => one.day.localeCompare(other.day))
    .map(({ day, counts = {} }) => {
      const point: Point = { day };
      for (const measure of shown) {
        const counted = counts[measure.name];
        if (counted !== undefined) point[measure.label] = counted;
      }
      return point;
    });
}

/** How many more or fewer than on the day before there are; null where that is not known. */
export function change({ trend }: Quality, name: string): number | null {
  const [last, before] = [...trend].sort((one, other) => other.day.localeCompare(one.day));
  const now = last?.counts?.[name];
  const then = before?.counts?.[name];
  return now === undefined || then === undefined ? null : now - then;
}
