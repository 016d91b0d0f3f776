const ROUTES: readonly [RegExp, string][] = [
  [/reference\/refresh$/, "Refresh services and genres"],
  [/titles\/refresh$/, "Refresh titles on services"],
  [/titles\/enrich$/, "Complete titles"],
  [/tmdb\/refresh$/, "Refresh TMDB's lists"],
  [/archive\/harvest$/, "Harvest TMDB for the archive"],
  [/library\/recount$/, "Recount the library"],
  [/quality\/measure$/, "Measure data quality"],
  [/failures\/replay$/, "Replay failures"],
  [/failures\/[^/]+\/replay$/, "Replay a failure"],
  [/failures\/[^/]+\/discard$/, "Discard a failure"],
  [/lambdas\/logs$/, "Read a log"],
];

/** What an operator did, in words; a route that is not known by name stays as it is. */
export function deed(what: string): string {
  return ROUTES.find(([route]) => route.test(what))?.[1] ?? what;
}

/** The id of the job that an outcome names; null where it names none. */
export function jobIn(outcome: string): string | null {
  return /\bjob_id ([0-9A-Za-z-]+)/.exec(outcome)?.[1] ?? null;
}
