import { describe, expect, test } from "vitest";

import { ApiError } from "@/api/errors";

import { named, oneOf } from "./address";
import { attention } from "./needs";
import { deed, jobIn } from "./deeds";
import { ago, bytes, duration, percent, setOut } from "./format";
import { holding, worstFirst } from "./logging";
import { change, trendOf } from "./trend";
import { harvest, idsIn, problems, runUnderWay, starter, usual } from "./runs";
import type { FunctionHour, Job, LogLine, Provider, Quality } from "./types";

describe("words", () => {
  test("times show their two largest units", () => {
    expect([0.2, 59.6, 3_600, 3_725, 90_000].map(duration)).toEqual(["< 1 s", "1 min", "1 h", "1 h 2 min", "1 d 1 h"]);
  });

  test("a little is not called nothing, and nearly all not all", () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]);
  });

  test("moments are told from now", () => {
    const now = Date.parse("2026-11-20T12:00:00Z");
    expect(ago("2026-11-20T11:59:50Z", now)).toBe("just now");
    expect(ago("2026-11-20T11:15:00Z", now)).toBe("45 min ago");
    expect(ago("2026-11-20T14:00:00Z", now)).toMatch(/^in 2 h/);
  });

  test("sizes are in units of 1,000, and what is no JSON stays as it is", () => {
    expect([0, 999, 48_200_123].map(bytes)).toEqual(["0 B", "999 B", "48.2 MB"]);
    expect(setOut('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(setOut("no JSON")).toBe("no JSON");
  });
});

describe("the address", () => {
  test("numbers that the router made are text again, and what is unknown is left out", () => {
    expect(named({ source: 26, kind: "event", other: 1, state: ["x"] }, ["source", "kind", "state"])).toEqual({
      source: "26",
      kind: "event",
    });
    expect(oneOf(["open", "replayed"], "closed")).toBeUndefined();
  });
});

describe("starting runs", () => {
  test("ids are taken from any list, each once, and at most a hundred", () => {
    expect(idsIn(" 1, 2;2\n3 ")).toEqual(["1", "2", "3"]);
    const many = Array.from({ length: 101 }, (_, id) => id).join(" ");
    expect(problems("enrichment", { ...usual, titleIds: many })).toHaveProperty("titleIds");
    expect(problems("listing", { ...usual, titleIds: many })).toEqual({});
  });

  test("a harvest has days only where changes are read", () => {
    const days = { ...usual, startDate: "2026-11-01", endDate: "2026-11-02" };
    expect(harvest(days)).toMatchObject({ start_date: "2026-11-01", end_date: "2026-11-02" });
    expect(harvest({ ...days, mode: "full" })).not.toHaveProperty("start_date");
    expect(harvest({ ...days, scope: "exports" })).not.toHaveProperty("end_date");
    expect(problems("archive", { ...days, endDate: "2026-10-31" })).toHaveProperty("endDate");
  });

  test("only a refusal because of another run names that run", () => {
    expect(runUnderWay(new ApiError(409, "already_running", "", { job_id: "j" }))).toBe("j");
    expect(runUnderWay(new ApiError(409, "conflict", ""))).toBeNull();
    expect(runUnderWay(new ApiError(400, "invalid", "", { job_id: "j" }))).toBeNull();
  });

  test("who started a run is told in words", () => {
    expect(["schedule", "admin:a@b.example", "cli:ada", "event:1", "lead"].map(starter)).toEqual([
      "the schedule",
      "a@b.example",
      "ada (command)",
      "an event",
      "lead",
    ]);
  });
});

describe("what needs an operator", () => {
  const provider: Provider = {
    name: "watchmode",
    requests_per_second: 2,
    credits: { left: 1_000, limit: 2_500, renews_at: "2026-12-01", spent_today: 1, budget_today: 80 },
    breaker: { state: "closed", open_until: null, failures: 0 },
    paused_until: null,
  };
  const run = (state: Job["state"], started_at: string) => ({ kind: "listing", state, started_at }) as Job;
  const fresh = {
    what: "listings",
    as_of: "2026-11-20T08:00:00Z",
    age_seconds: 60,
    expected_seconds: 100,
    fresh: true,
  };

  test("is nothing when all is well", () => {
    expect(attention({ providers: [provider], open: { enrichment: 0 }, freshness: [fresh] })).toEqual([]);
  });

  test("is each thing that is not", () => {
    const texts = attention({
      providers: [
        { ...provider, credits: { left: 0, limit: 2_500, renews_at: "", spent_today: 0, budget_today: 0 } },
        { ...provider, name: "tmdb", credits: null, breaker: { state: "open", open_until: null, failures: 7 } },
      ],
      open: { enrichment: 1 },
      freshness: [{ ...fresh, fresh: false, as_of: null, age_seconds: null }],
    }).map(({ text }) => text);
    expect(texts).toEqual([
      "WatchMode has no credits left.",
      "TMDB failed too often and is not called for now.",
      "1 failure waits in the inbox.",
      "Listings: never succeeded yet.",
    ]);
  });

  test("a failed run counts until the same has succeeded", () => {
    const failed = run("failed", "2026-11-20T08:00:00Z");
    expect(attention({ jobs: [run("running", "2026-11-20T10:00:00Z"), failed] })).toHaveLength(1);
    expect(attention({ jobs: [run("succeeded", "2026-11-20T09:00:00Z"), failed] })).toEqual([]);
  });
});

test("functions with errors come first, then those that were throttled", () => {
  const hour = (name: string, errors: number, throttles: number) => ({ name, errors, throttles }) as FunctionHour;
  const names = worstFirst([hour("b", 0, 0), hour("a", 0, 0), hour("c", 0, 2), hour("d", 1, 0)]);
  expect(names.map(({ name }) => name)).toEqual(["d", "c", "a", "b"]);
});

test("lines are found by their message, their fields and their request", () => {
  const line = (message: string, request_id: string | null, fields = {}) =>
    ({ at: "", level: "INFO", message, request_id, fields }) as LogLine;
  const lines = [line("Retrying", null), line("x", "abc-1"), line("y", null, { title_id: "42" })];
  expect(["retry", "ABC", "42", ""].map((text) => holding(lines, text).length)).toEqual([1, 1, 1, 3]);
});

describe("the trend of quality", () => {
  const report: Quality = {
    as_of: "2026-11-20T08:00:00Z",
    measures: [{ name: "no_poster", label: "Without a poster", count: 5, of: 10 }],
    trend: [
      { day: "2026-11-20", counts: { no_poster: 5 } },
      { day: "2026-11-19", counts: { no_poster: 8 } },
      { day: "2026-11-18", counts: {} },
    ],
  };

  test("goes from the oldest day to the newest and makes no zero of what was not counted", () => {
    expect(trendOf(report)).toEqual([
      { day: "2026-11-18" },
      { day: "2026-11-19", "Without a poster": 8 },
      { day: "2026-11-20", "Without a poster": 5 },
    ]);
  });

  test("a difference needs two days", () => {
    expect(change(report, "no_poster")).toBe(-3);
    expect(change({ ...report, trend: report.trend.slice(0, 1) }, "no_poster")).toBeNull();
  });
});

test("an entry of the audit says what was done, and which job came of it", () => {
  expect(deed("POST /api/admin/failures/0a1b/replay")).toBe("Replay a failure");
  expect(deed("POST /api/admin/failures/replay")).toBe("Replay failures");
  expect(deed("POST /api/admin/unheard/of")).toBe("POST /api/admin/unheard/of");
  expect(jobIn("202, job_id 01JC-9")).toBe("01JC-9");
  expect(jobIn("409")).toBeNull();
});
