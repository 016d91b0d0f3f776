import { describe, expect, it } from "vitest";

import { readMovieSearch, readRankSearch, writeMovieSearch } from "./search";

describe("the address of the list", () => {
  it("reads what it wrote", () => {
    const search = { q: "", genre: ["Drama", "War"], minRating: 7.5, year: 1917 };

    expect(readMovieSearch(writeMovieSearch(search))).toEqual(search);
  });

  it("is empty for a bare list", () => {
    expect(writeMovieSearch(readMovieSearch({}))).toEqual({});
  });

  it("takes a number that the router has read for the text it is", () => {
    expect(readMovieSearch({ q: 1917, genre: "Drama" })).toMatchObject({ q: "1917", genre: ["Drama"] });
  });

  it("leaves out what cannot be asked for", () => {
    const search = { q: { a: 1 }, genre: ["", "Drama", "Drama", null], minRating: 11, year: 19.5 };

    expect(readMovieSearch(search)).toEqual({ q: "", genre: ["Drama"], minRating: null, year: null });
  });

  it("keeps a lowest rating of 0, which leaves out what is not rated", () => {
    expect(writeMovieSearch(readMovieSearch({ minRating: 0 }))).toEqual({ minRating: 0 });
  });
});

describe("the address of the ranking", () => {
  it.each([
    [{}, { page: 1, limit: 20 }],
    [
      { page: 3, limit: 50 },
      { page: 3, limit: 50 },
    ],
    [
      { page: 0, limit: 1000 },
      { page: 1, limit: 20 },
    ],
  ])("reads %o", (search, expected) => {
    expect(readRankSearch(search)).toEqual(expected);
  });
});
