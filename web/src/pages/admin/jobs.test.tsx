import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, test, vi } from "vitest";

import { gist, lookAgain, parts, spoken } from "./running";
import { open, serve } from "./rendered";
import type { Job } from "./types";

afterEach(() => vi.unstubAllGlobals());

const job = (changes: Partial<Job> = {}): Job => ({
  id: "job-1",
  kind: "listing",
  state: "running",
  started_at: "2026-11-20T08:00:00Z",
  started_by: "schedule",
  finished_at: null,
  duration_seconds: 12,
  input: {},
  counts: {},
  progress: null,
  errors: [],
  ...changes,
});

describe("what a run says", () => {
  test("its parts add up to the whole", () => {
    expect(parts({ queued: 4, done: 3, failed: 2, deferred: 1, titles: 90 })).toEqual({
      whole: 10,
      queued: 4,
      done: 3,
      failed: 2,
      deferred: 1,
    });
  });

  test("a failed one is told by its first error, others by what they counted", () => {
    expect(gist(job({ state: "failed", errors: ["TMDB answered 503", "more"], counts: { done: 3 } }))).toBe(
      "TMDB answered 503",
    );
    expect(gist(job({ state: "succeeded", counts: { done: 3, titles: 5210, changed: 0 } }))).toBe(
      "Done 3 · Titles 5,210",
    );
  });

  test("progress is told in quarters, so that not each percent is read out", () => {
    expect(spoken(job({ progress: 0.1 }))).toBe("Running");
    expect(spoken(job({ progress: 0.55 }))).toBe(spoken(job({ progress: 0.74 })));
    expect(spoken(job({ state: "failed", progress: 1 }))).toBe("The run has failed");
  });

  test("the list is looked at often only while something runs", () => {
    expect(lookAgain([job({ state: "succeeded" })])).toBeGreaterThan(lookAgain([job({ state: "succeeded" }), job()]));
  });
});

describe("starting a job", () => {
  const start = async (user: ReturnType<typeof userEvent.setup>) => {
    await user.click(await screen.findByRole("button", { name: "Start a job" }));
    await user.click(await screen.findByRole("button", { name: "Start" }));
  };

  test("leads to the run that was started, which is followed until it ends", async () => {
    let looks = 0;
    const asked = serve(({ method, path }) => {
      if (method === "POST") return [202, { message: "Started", job_id: "job-1" }];
      if (path === "/admin/jobs/job-1") return [200, job(++looks > 1 ? { state: "succeeded", progress: 1 } : {})];
      return [200, { jobs: [], next: null }];
    });
    const router = open("/admin/jobs?kind=listing");
    await start(userEvent.setup());
    await waitFor(() => expect(router.state.location.pathname).toBe("/admin/jobs/job-1"));
    expect(asked.find(({ method }) => method === "POST")?.path).toBe("/admin/titles/refresh");
    await screen.findByText(/At work/);
    expect(await screen.findByText("Succeeded")).toBeTruthy();
  });

  test("has the other pages read anew once the run has ended", async () => {
    const asked = serve(({ path }) =>
      path === "/admin/jobs/job-1" ? [200, job({ state: "succeeded" })] : [200, { jobs: [job()], next: null }],
    );
    const router = open("/admin/jobs");
    const lists = () => asked.filter(({ path }) => path === "/admin/jobs").length;
    await userEvent.setup().click(await screen.findByRole("link", { name: "Titles on services" }));
    await screen.findByText("Succeeded");
    const before = lists();
    router.history.back();
    await waitFor(() => expect(lists()).toBe(before + 1));
  });

  test("says that the same is running, and where", async () => {
    serve(({ method }) =>
      method === "POST"
        ? [409, { error: { code: "already_running", message: "It is running.", details: { job_id: "job-7" } } }]
        : [200, { jobs: [], next: null }],
    );
    open("/admin/jobs");
    await start(userEvent.setup());
    const link = await screen.findByRole("link", { name: "See the run that is under way" });
    expect(link.getAttribute("href")).toBe("/admin/jobs/job-7");
  });

  test("shows the sentence of another refusal and stays open", async () => {
    serve(({ method }) =>
      method === "POST"
        ? [503, { error: { code: "unavailable", message: "The store does not answer just now." } }]
        : [200, { jobs: [], next: null }],
    );
    open("/admin/jobs");
    await start(userEvent.setup());
    expect((await screen.findByRole("alert")).textContent).toContain("The store does not answer just now.");
    expect(screen.getByRole("button", { name: "Start" })).toBeTruthy();
  });
});
