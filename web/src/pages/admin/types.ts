import type { paths } from "@/api/schema";

/** What a route answers to a GET. */
type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

/** A scheduled or manual run. */
export type Job = Answer<"/admin/jobs">["jobs"][number];
export type JobState = Job["state"];

/** Something that was given up and waits for a person, as lists show it. */
export type Failure = Answer<"/admin/failures">["failures"][number];
/** The same with what failed. */
export type WholeFailure = Answer<"/admin/failures/{failure_id}">;
export type FailureKind = Failure["kind"];
export type FailureState = Failure["state"];

/** The tables and how old the data in them is. */
export type Summary = Answer<"/admin/dynamodb/summary">;
export type TableSummary = Summary["tables"][number];
export type Freshness = Summary["freshness"][number];

/** One of our functions in the last hour. */
export type FunctionHour = Answer<"/admin/system/lambdas">["functions"][number];
/** A line that a function has logged. */
export type LogLine =
  paths["/admin/system/lambdas/logs"]["post"]["responses"][200]["content"]["application/json"]["lines"][number];

/** A provider's pace, credits and circuit breaker. */
export type Provider = Answer<"/admin/providers">["providers"][number];

/** The quality of the data and how it went on. */
export type Quality = Answer<"/admin/quality">;
export type Measure = Quality["measures"][number];

/** Who did what. */
export type AuditEntry = Answer<"/admin/audit">["entries"][number];
