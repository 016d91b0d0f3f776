import { openIn } from "./inbox";
import { counted, duration, humanised } from "./format";
import { providerName } from "./budgets";
import { kindLabel } from "./runs";
import type { Freshness, Job, Provider } from "./types";

/** Something that an operator should look at, and where. */
export interface Point {
  text: string;
  to: "/admin/failures" | "/admin/jobs" | "/admin/providers" | "/admin/functions";
}

/** What is known of the system; undefined is what has not come yet or could not be loaded. */
export interface Known {
  freshness?: readonly Freshness[];
  open?: Record<string, number>;
  providers?: readonly Provider[];
  jobs?: readonly Job[];
}

// Below this part of the month's credits somebody should know.
const FEW = 0.1;

/** What needs an operator, the worst first; nothing when all is as it should be. */
export function attention({ freshness = [], open = {}, providers = [], jobs = [] }: Known): Point[] {
  return [...providers.flatMap(ofProvider), ...ofFailures(open), ...freshness.flatMap(ofAge), ...ofJobs(jobs)];
}

function ofProvider(provider: Provider): Point[] {
  const { credits, breaker, paused_until } = provider;
  const name = providerName(provider.name);
  const found: string[] = [];
  if (breaker.state === "open") found.push(`${name} failed too often and is not called for now.`);
  else if (paused_until) found.push(`${name} has asked us to pause.`);
  if (credits && credits.left <= 0) found.push(`${name} has no credits left.`);
  else if (credits && credits.left < credits.limit * FEW) found.push(`${name} is short of credits.`);
  return found.map((text) => ({ text, to: "/admin/providers" }));
}

function ofFailures(open: Record<string, number>): Point[] {
  const total = openIn(open);
  if (!total) return [];
  return [
    { text: `${counted(total, "failure")} ${total === 1 ? "waits" : "wait"} in the inbox.`, to: "/admin/failures" },
  ];
}

function ofAge({ what, fresh, age_seconds }: Freshness): Point[] {
  if (fresh) return [];
  const text =
    age_seconds === null
      ? `${humanised(what)}: never succeeded yet.`
      : `${humanised(what)}: last succeeded ${duration(age_seconds)} ago.`;
  return [{ text, to: "/admin/jobs" }];
}

/** Kinds whose latest run failed; one that has succeeded since needs nobody. */
function ofJobs(jobs: readonly Job[]): Point[] {
  const latest = new Map<string, Job>();
  for (const job of jobs) {
    const known = latest.get(job.kind);
    if (job.state !== "running" && (!known || known.started_at < job.started_at)) latest.set(job.kind, job);
  }
  return [...latest.values()]
    .filter((job) => job.state === "failed")
    .map((job) => ({ text: `${kindLabel(job.kind)}: the last run failed.`, to: "/admin/jobs" }));
}
