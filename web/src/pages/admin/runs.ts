import { api, type Schemas } from "@/api/client";
import { ApiError } from "@/api/errors";

import { humanised } from "./format";

/** What the runs of each kind are called, and what they do. */
export const kinds = {
  reference: { label: "Services and genres", does: "Fetches the services, genres and regions that WatchMode knows." },
  listing: { label: "Titles on services", does: "Lists what is on each service that viewers have chosen." },
  enrichment: { label: "Title details", does: "Completes titles with their facts, posters and offers." },
  tmdb_cache: { label: "Lists of TMDB", does: "Fetches what is popular, trending, acclaimed, and best by genre." },
  archive: { label: "Archive of TMDB", does: "Brings into the archive what TMDB has, or what is new there." },
  library_recount: { label: "Library counts", does: "Counts the library again and compares the dashboard's figures." },
  data_quality: {
    label: "Data quality",
    does: "Counts titles without poster or offers, and where providers disagree.",
  },
} as const;

/** A kind of run that can be started here. */
export type Kind = keyof typeof kinds;
export const startable = Object.keys(kinds) as Kind[];

/** Kinds that only the clock starts. */
const others: Record<string, string> = { digest: "E-mail digests" };

/** What a kind of run is called. */
export const kindLabel = (kind: string): string =>
  kind in kinds ? kinds[kind as Kind].label : (others[kind] ?? humanised(kind));

/** All kinds, for a filter. */
export const kindChoices = [...startable, ...Object.keys(others)].map((kind) => ({
  value: kind,
  label: kindLabel(kind),
}));

/** Who or what started a run, in words. */
export function starter(startedBy: string): string {
  const [origin, ...rest] = startedBy.split(":");
  const who = rest.join(":");
  if (origin === "schedule") return "the schedule";
  if (origin === "admin") return who;
  if (origin === "cli") return `${who} (command)`;
  if (origin === "event") return "an event";
  return startedBy;
}

type Media = Schemas["HarvestRequest"]["media_types"];

/** What one can ask of a run; each kind looks at its own. */
export interface Options {
  sources: boolean;
  genres: boolean;
  titleIds: string;
  schedule: "daily" | "weekly" | "full";
  mode: "differential" | "full";
  scope: "both" | "exports" | "changes";
  media: NonNullable<Media>;
  minimumPopularity: number;
  startDate: string;
  endDate: string;
  repair: boolean;
}

export const usual: Options = {
  sources: true,
  genres: true,
  titleIds: "",
  schedule: "daily",
  mode: "differential",
  scope: "both",
  media: [],
  minimumPopularity: 0,
  startDate: "",
  endDate: "",
  repair: false,
};

const MOST_IDS = 100;

/** The ids in a text in which commas, blanks or lines part them, each once. */
export const idsIn = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

/** What is wrong with the options of a run, by field; nothing when it can be started. */
export function problems(kind: Kind, options: Options): Partial<Record<keyof Options, string>> {
  if (kind === "reference" && !options.sources && !options.genres) return { genres: "Choose at least one." };
  if (kind === "enrichment" && idsIn(options.titleIds).length > MOST_IDS)
    return { titleIds: `At most ${MOST_IDS} titles at a time.` };
  if (kind === "archive" && options.startDate && options.endDate && options.endDate < options.startDate)
    return { endDate: "The last day cannot be before the first." };
  return {};
}

/** The harvest that options ask for; days matter only where changes are read. */
export function harvest(options: Options): Schemas["HarvestRequest"] {
  const withDays = options.mode === "differential" && options.scope !== "exports";
  return {
    mode: options.mode,
    scope: options.scope,
    media_types: options.media,
    minimum_popularity: options.minimumPopularity,
    ...(withDays && options.startDate ? { start_date: options.startDate } : {}),
    ...(withDays && options.endDate ? { end_date: options.endDate } : {}),
  };
}

const starts = {
  reference: ({ sources, genres }: Options) => api.POST("/admin/reference/refresh", { body: { sources, genres } }),
  listing: () => api.POST("/admin/titles/refresh", { body: {} }),
  enrichment: ({ titleIds }: Options) => {
    const ids = idsIn(titleIds);
    return api.POST("/admin/titles/enrich", { body: ids.length ? { title_ids: ids } : {} });
  },
  tmdb_cache: ({ schedule }: Options) => api.POST("/admin/tmdb/refresh", { body: { schedule_type: schedule } }),
  archive: (options: Options) => api.POST("/admin/archive/harvest", { body: harvest(options) }),
  library_recount: ({ repair }: Options) => api.POST("/admin/library/recount", { body: { repair } }),
  data_quality: () => api.POST("/admin/quality/measure", { body: {} }),
};

/** Start a run; answers with the id of its job, throws ApiError. */
export async function start(kind: Kind, options: Options): Promise<string> {
  const { data } = await starts[kind](options);
  // Whatever is not 2xx was thrown; this is for an answer without a body.
  if (!data) throw new ApiError(0, "unknown", "Marquee did not say whether the run has started. Look at the jobs.");
  return data.job_id;
}

/** The id of the run that is under way when the same cannot be started again; null for other errors. */
export function runUnderWay(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.status !== 409) return null;
  const id = (error.details as { job_id?: unknown } | null | undefined)?.job_id;
  return typeof id === "string" ? id : null;
}
