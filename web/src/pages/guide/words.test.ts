import { expect, it } from "vitest";

import { byTitle } from "./ArrivalsRow";
import { askedOf } from "./Search";
import { grouped, matching } from "./ServicePicker";
import { ago, countryName, runtimeOf } from "@/app/words";

it.each([
  ["2026-11-21T11:59:40.000Z", "just now"],
  ["2026-11-21T11:15:00.000Z", "45 minutes ago"],
  ["2026-11-20T10:00:00.000Z", "yesterday"],
  ["2026-10-03T10:00:00.000Z", "on 3 Oct 2026"],
])("says how long ago %s was: %s", (moment, words) => {
  expect(ago(moment, Date.parse("2026-11-21T12:00:00.000Z"))).toBe(words);
});

it("says how long a film runs", () => {
  expect([115, 120, 45].map(runtimeOf)).toEqual(["1 h 55 min", "2 h", "45 min"]);
});

it("shows a code that is no country as it is", () => {
  expect([countryName("GB"), countryName("?")]).toEqual(["United Kingdom", "?"]);
});

it("reads a year typed as a question, and takes signs alone for none", () => {
  expect(askedOf({ q: 1984, mine: true })).toEqual({ q: "1984", kind: "all", isMine: true });
  expect(askedOf({ q: " ?! ", kind: "opera" })).toEqual({ q: "", kind: "all", isMine: false });
});

it("shows a title once that arrived on two services", () => {
  const arrival = (id: string, titleId: string) => ({ id, title_id: titleId }) as Parameters<typeof byTitle>[0][number];

  const groups = byTitle([arrival("a", "1"), arrival("b", "2"), arrival("c", "1")]);

  expect(groups.map((group) => group.map(({ id }) => id))).toEqual([["a", "c"], ["b"]]);
});

it("finds services by any part of their name, beginnings first, and groups them by what they cost", () => {
  const service = (name: string, type: string, spread = 1) => ({
    id: name,
    name,
    type,
    logo: null,
    regions: Array.from({ length: spread }, (_, country) => `${country}`),
  });
  const all = [service("AppleTV+", "sub", 9), service("TV Land", "sub"), service("Pluto TV", "free", 5)];

  expect(matching(all, " tv").map(({ name }) => name)).toEqual(["TV Land", "AppleTV+", "Pluto TV"]);
  expect(grouped(all).map(({ title, sources }) => [title, sources.length])).toEqual([
    ["Subscriptions", 2],
    ["Free", 1],
  ]);
});
