import type { Schemas } from "@/api/client";
import { idsOf, type Params } from "@/app/params";

type Arrival = Schemas["ArrivalAnswer"];

/** How far back one can look, in days; the API keeps a year and a little. */
export const PERIODS = [7, 30, 90, 365] as const;
/** A period of the list of arrivals. */
export type Period = (typeof PERIODS)[number];
/** What is shown when nothing is said. */
export const USUAL_PERIOD: Period = 30;

/** What the address of the page says about the list. */
export interface ArrivalsSearch {
  /** These services in place of the viewer's own. */
  source?: string[];
  kind?: Arrival["kind"];
  days?: Period;
}

/** Read the list's state from an address; what cannot be read is left out. */
export function readArrivalsSearch(search: Params): ArrivalsSearch {
  const source = idsOf(search.source);
  return {
    source: source.length ? source : undefined,
    kind: search.kind === "arrived" || search.kind === "left" ? search.kind : undefined,
    days: PERIODS.find((days) => days === Number(search.days) && days !== USUAL_PERIOD),
  };
}

/** One title that arrived on some services, or left them, on a day. */
export interface TitleChange extends Arrival {
  /** All services of that day. */
  sources: { id: string; name: string | null }[];
}

/** Make one of all changes of a day that say the same of the same title on several services. */
export function byTitle(arrivals: Arrival[]): TitleChange[] {
  const changes = new Map<string, TitleChange>();
  for (const arrival of arrivals) {
    const key = `${arrival.kind} ${arrival.title_id}`;
    const change = changes.get(key) ?? { ...arrival, sources: [] };
    // Two providers may tell of the same service.
    if (!change.sources.some(({ id }) => id === arrival.source_id)) {
      change.sources.push({ id: arrival.source_id, name: arrival.source_name });
    }
    changes.set(key, change);
  }
  return [...changes.values()];
}
