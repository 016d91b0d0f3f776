import { describe, expect, it } from "vitest";

import { activeOf, filtersOf, paramsOf, queryOf } from "./filters";

const names = { source: (id: string) => `S${id}`, genre: (id: string) => `G${id}`, type: (type: string) => type };

describe("the filters of an address", () => {
  it("come back as they were written", () => {
    const params = { source: ["26"], genre: ["1", "4"], match: "all", type: ["movie"], from: 1990, to: 1999, min: 7.5 };

    expect(paramsOf(filtersOf({ ...params, show: ["hidden"], sort: "newest" }))).toEqual({
      ...params,
      show: ["hidden"],
      sort: "newest",
    });
  });

  it("are nothing where nothing is set", () => {
    expect(paramsOf(filtersOf({}))).toEqual({});
  });

  it("leave out what somebody has made up", () => {
    const filters = filtersOf({
      genre: [1, "x", {}],
      type: "opera",
      from: "soon",
      min: 11,
      sort: "price",
      show: "all",
    });

    expect(paramsOf(filters)).toEqual({ genre: ["1"] });
  });

  it("drop a last year before the first one, which the API would refuse", () => {
    expect(queryOf(filtersOf({ from: 2010, to: 2001 }))).toMatchObject({ year_from: 2010, year_to: undefined });
  });
});

describe("the active filters", () => {
  it("each lead to the others without it", () => {
    const active = activeOf(filtersOf({ genre: ["1", "4"], from: 1990, to: 1999 }), names);

    expect(active.map(({ label }) => label)).toEqual(["G1", "G4", "1990 to 1999"]);
    expect(active[0]?.without).toMatchObject({ genres: ["4"], from: 1990 });
    expect(active[2]?.without).toMatchObject({ genres: ["1", "4"], from: undefined, to: undefined });
  });
});
