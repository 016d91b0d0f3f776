import type { Schemas } from "@/api/client";

type News = Pick<Schemas["NotificationAnswer"], "kind" | "source_name" | "season">;

/** What happened to a title, to be read after its name. */
export function happened({ kind, source_name, season }: News): string {
  const service = source_name ?? "one of your services";
  if (kind === "arrived") return `is now on ${service}`;
  if (kind === "left") return `has left ${service}`;
  return season ? `gets season ${season}` : "gets a new season";
}

/** Whose word it is: TMDB hands on what JustWatch says of services. */
export function saidBy({ provider, kind }: { provider: string; kind: string }): string {
  if (provider === "watchmode") return "WatchMode";
  return kind === "new_season" ? "TMDB" : "JustWatch";
}
