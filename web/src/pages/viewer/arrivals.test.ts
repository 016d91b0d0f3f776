import { describe, expect, it } from "vitest";

import { byTitle, readArrivalsSearch } from "./arrivals";

const arrival = {
  id: "1",
  kind: "arrived" as const,
  at: "2026-06-03T05:30:00.000Z",
  checked_before: null,
  region: "GB",
  source_id: "203",
  source_name: "Netflix",
  provider: "watchmode",
  title_id: "3173903",
  title: "Severance",
  year: 2022,
  type: "tv_series",
  poster: null,
};

describe("readArrivalsSearch", () => {
  it("reads what the page writes, also where the router took an id for a number", () => {
    expect(readArrivalsSearch({ source: [203, "26", "26"], kind: "left", days: 90 })).toEqual({
      source: ["203", "26"],
      kind: "left",
      days: 90,
    });
    expect(readArrivalsSearch({ source: 203 }).source).toEqual(["203"]);
  });

  it("leaves out what cannot be and what goes without saying", () => {
    expect(readArrivalsSearch({ source: ["x", null], kind: "new", days: 31 })).toEqual({});
    expect(readArrivalsSearch({ days: 30 })).toEqual({});
  });
});

describe("byTitle", () => {
  it("makes one card of a title that arrived on several services, and names each of them once", () => {
    const elsewhere = { ...arrival, id: "2", source_id: "371", source_name: "AppleTV+" };
    const again = { ...arrival, id: "3", provider: "tmdb" };

    const changes = byTitle([arrival, elsewhere, again]);

    expect(changes.map(({ sources }) => sources.map(({ name }) => name))).toEqual([["Netflix", "AppleTV+"]]);
  });

  it("keeps coming and going apart", () => {
    expect(byTitle([arrival, { ...arrival, id: "2", kind: "left" }]).map(({ kind }) => kind)).toEqual([
      "arrived",
      "left",
    ]);
  });
});
