import { describe, expect, it } from "vitest";

import { folderProblem, folderSource } from "./folders";
import { actionsOf, inShort, shares } from "./importStates";
import { chosenMapping, differs, namesOf, shownMapping } from "./mapping";
import { fileProblem } from "./upload";
import { fileSize } from "./words";

const counts = { found: 200, added: 120, duplicate: 40, failed: 10, left: 30, removed: 0, kept: 0 };

describe("an import", () => {
  it("is undone only where something was added", () => {
    expect(actionsOf({ state: "finished", counts })).toEqual(["undo"]);
    expect(actionsOf({ state: "cancelled", counts: { ...counts, added: 0 } })).toEqual([]);
  });

  it("has a bar whose parts and what is left add up to all", () => {
    const { added, duplicate, failed } = shares(counts);

    expect(added + duplicate + failed + (counts.left * 100) / counts.found).toBe(100);
  });

  it("has an empty bar before the first row", () => {
    expect(shares({ ...counts, found: 0, added: 0, duplicate: 0, failed: 0 })).toEqual({
      added: 0,
      duplicate: 0,
      failed: 0,
    });
  });

  it("is told in short without what did not happen", () => {
    expect(inShort({ ...counts, added: 1200, failed: 0, left: 0 })).toBe("1,200 added, 40 already there");
  });
});

describe("a mapping", () => {
  const shown = { title: "Name", year: "Year", rating_of: "5" };

  it("sends only what differs, over what was chosen before", () => {
    const wanted = { ...shownMapping(shown), genres: "Kind", year: "" };

    expect(chosenMapping({ rating_of: "5" }, shown, wanted)).toEqual({ rating_of: "5", genres: "Kind", year: "" });
  });

  it("does not differ as long as nothing is chosen", () => {
    expect(differs(shown, shownMapping(shown))).toBe(false);
    expect(differs({}, { ...shownMapping({}), rating_of: "100" })).toBe(true);
  });

  it("names all that is read from one column", () => {
    expect(namesOf({ title: "title", year: "title" }, "title")).toEqual(["Title", "Year"]);
  });
});

describe("a file", () => {
  it.each([
    ["ratings.CSV", 10, true],
    ["list.jsonl", 50_000_000, true],
    ["list.jsonl", 50_000_001, false],
    ["ratings.csv", 0, false],
    ["ratings.xlsx", 10, false],
    ["csv", 10, true],
  ])("%s of %i bytes: %s", (name, size, isFine) => {
    expect(fileProblem({ name, size }) === null).toBe(isFine);
  });

  it("has a size that people can read", () => {
    expect([0, 999, 1500, 49_999_999].map(fileSize)).toEqual(["0 bytes", "999 bytes", "1.5 KB", "50 MB"]);
  });
});

describe("a folder", () => {
  it("of Drive is known by its address, too", () => {
    const address = "https://drive.google.com/drive/u/0/folders/1AbC_d-9?usp=sharing";

    expect(folderProblem("drive", address)).toBeNull();
    expect(folderSource("drive", address)).toEqual({ kind: "drive", folder: "1AbC_d-9" });
    expect(folderProblem("drive", "https://example.com/folders/1")).not.toBeNull();
  });
});
