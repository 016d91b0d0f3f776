import { count, humanised } from "./format";
import type { Job } from "./types";

const PARTS = ["queued", "done", "failed", "deferred"] as const;

interface Parts {
  whole: number;
  queued: number;
  done: number;
  failed: number;
  deferred: number;
}

/** The parts of a run's work; those that wait (`queued`) and those behind it add up to the whole. */
export function parts(counts: Record<string, number>): Parts {
  const [queued, done, failed, deferred] = PARTS.map((name) => Math.max(0, counts[name] ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return { whole: queued + done + failed + deferred, queued, done, failed, deferred };
}

/** What else a run counted, by name; what is nothing is left out. */
export function otherCounts(counts: Record<string, number>): [string, number][] {
  const known: readonly string[] = PARTS;
  return Object.entries(counts).filter(([name, number]) => number !== 0 && !known.includes(name));
}

/** How a run went, in a few words: its first error, else what it counted. */
export function gist(job: Job): string {
  const [error] = job.errors ?? [];
  if (job.state === "failed" && error) return error;
  const counts = job.counts ?? {};
  const { done, failed } = parts(counts);
  const told: [string, number][] = [["Done", done], ["Failed", failed], ...otherCounts(counts)];
  return told
    .filter(([, number]) => number > 0)
    .slice(0, 4)
    .map(([name, number]) => `${humanised(name)} ${count(number)}`)
    .join(" · ");
}

const OFTEN = 3_000;
const SELDOM = 60_000;

/** How often to look again: often while something runs, seldom for what else may have been started. */
export const lookAgain = (jobs: readonly Job[] | undefined): number =>
  jobs?.some((job) => job.state === "running") ? OFTEN : SELDOM;

/** What is said of a run that goes on; in quarters, so that a listener is not told of each percent. */
export function spoken(job: Job): string {
  if (job.state !== "running") return job.state === "succeeded" ? "The run has succeeded" : "The run has failed";
  const quarter = Math.floor((job.progress ?? 0) * 4) * 25;
  return quarter ? `Running, ${quarter} % done` : "Running";
}
