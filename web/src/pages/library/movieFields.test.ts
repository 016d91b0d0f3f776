import { describe, expect, it } from "vitest";

import { ApiError } from "@/api/errors";

import { emptyMovie, movieBody, movieErrors, refusedFields } from "./movieFields";

const movie = { ...emptyMovie, title: " Vertigo ", genres: ["Mystery"] };

describe("movieErrors", () => {
  it("asks for a title and a genre, and for nothing else", () => {
    expect(Object.keys(movieErrors(emptyMovie))).toEqual(["title", "genres"]);
    expect(movieErrors(movie)).toEqual({});
  });

  it.each([
    ["rating", 10, true],
    ["rating", "7.5", true],
    ["rating", 7.55, false],
    ["rating", 10.1, false],
    ["rating", -1, false],
    ["year", 1900, true],
    ["year", 2101, false],
    ["year", 1958.5, false],
    ["tmdb_id", 603, true],
    ["tmdb_id", 0, false],
    ["imdb_id", "tt0052357", true],
    ["imdb_id", "0052357", false],
    ["title", "x".repeat(256), false],
    ["title", "a\u0007b", false],
    ["genres", Array.from({ length: 11 }, (_, each) => `Genre ${each}`), false],
    ["genres", ["x".repeat(101)], false],
  ] as const)("%s %j: %s", (field, value, isFine) => {
    const errors = movieErrors({ ...movie, [field]: value });

    expect(Object.keys(errors)).toEqual(isFine ? [] : [field]);
  });
});

describe("movieBody", () => {
  it("sends numbers as numbers, and what is empty as unknown", () => {
    expect(movieBody({ ...movie, rating: "8.2", year: 1958 })).toEqual({
      title: "Vertigo",
      genres: ["Mystery"],
      rating: 8.2,
      year: 1958,
      tmdb_id: null,
      imdb_id: null,
    });
  });
});

describe("refusedFields", () => {
  it("finds the fields that the API names", () => {
    const details = [
      { field: "genres", problem: "must be 1 to 10 names", value: "[]" },
      { field: "library", problem: "is closed" },
    ];

    expect(refusedFields(new ApiError(400, "invalid_movie", "This is no movie.", details))).toEqual({
      genres: "must be 1 to 10 names",
    });
  });

  it("finds none where there are none", () => {
    expect(refusedFields(new TypeError("Failed to fetch"))).toEqual({});
  });
});
