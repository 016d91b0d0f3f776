import { expect, it } from "vitest";

import { withKept, type Marked } from "./lists";

const card = (id: string, at: string, followed = true) =>
  ({ id, at, followed, watched: false, hidden: false }) as Marked;
const [first, second, third] = [card("1", "2026-06-03"), card("2", "2026-06-02"), card("3", "2026-06-01")];
const shown = (titles: Marked[], kept: Marked[]) =>
  withKept("following", titles, kept).map(({ card: { id }, isOn }) => `${id} ${isOn}`);

it("leaves what was taken out in its place", () => {
  expect(shown([first, card("2", "2026-06-02", false), third], [second])).toEqual(["1 true", "2 false", "3 true"]);
  expect(shown([first, third], [second])).toEqual(["1 true", "2 false", "3 true"]);
});

it("does not move what was put back, although it is the latest now", () => {
  expect(shown([card("2", "2026-06-04"), first, third], [second])).toEqual(["1 true", "2 true", "3 true"]);
});
