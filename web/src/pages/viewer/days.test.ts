import { describe, expect, it } from "vitest";

import { byDay, dayName, daysAgo } from "./days";

describe("byDay", () => {
  it("divides by the days of the viewer's own calendar and keeps the order", () => {
    const at = (day: number, hour: number) => new Date(2026, 5, day, hour).toISOString();
    const items = [at(3, 23), at(3, 0), at(2, 23)].map((moment) => ({ at: moment }));

    expect(byDay(items).map(({ day, items }) => [day.getDate(), items.length])).toEqual([
      [3, 2],
      [2, 1],
    ]);
  });
});

describe("dayName", () => {
  const now = new Date(2026, 0, 2, 9);

  it.each([
    [new Date(2026, 0, 2), /^Today$/],
    [new Date(2026, 0, 1, 23, 59), /^Yesterday$/],
    // Some versions of the names' data have a comma there.
    [new Date(2025, 11, 31), /^Wednesday,? 31 December 2025$/],
  ])("calls %s %s", (day, name) => expect(dayName(day, now)).toMatch(name));

  it("knows yesterday on the days on which the clocks change", () => {
    expect(dayName(new Date(2026, 2, 28), new Date(2026, 2, 29, 12))).toBe("Yesterday");
    expect(dayName(new Date(2026, 9, 24), new Date(2026, 9, 25, 12))).toBe("Yesterday");
  });
});

it("writes a day as the API reads it", () => {
  expect(daysAgo(30, new Date("2026-03-31T12:00:00Z"))).toBe("2026-03-01");
});
