import { $api, type Schemas } from "./client";
import { useGenres, useSources } from "./reference";

/** What the viewer has chosen, with names and logos of it, widest spread service first. */
export function usePreferences() {
  const query = $api.useQuery("get", "/preferences");
  const sources = useSources();
  const genres = useGenres();
  return {
    ...query,
    error: query.error ?? sources.error ?? genres.error,
    refetch: () => {
      for (const each of [query, sources, genres]) if (each.error) void each.refetch();
    },
    /** Whether services and genres are there: a guide is made of both. Undefined while it is not known. */
    isComplete: query.data && query.data.sources.length > 0 && query.data.genres.length > 0,
    sources: bySpread(known(query.data?.sources, sources.byId)),
    genres: known(query.data?.genres, genres.byId),
  };
}

/** Services in the order of how many countries have them, so that those that most people know come first. */
export function bySpread(sources: Schemas["SourceAnswer"][]): Schemas["SourceAnswer"][] {
  return sources.toSorted((a, b) => b.regions.length - a.regions.length || a.name.localeCompare(b.name, "en"));
}

function known<T>(ids: string[] | undefined, byId: Map<string, T>): T[] {
  return (ids ?? []).map((id) => byId.get(id)).filter((each) => each !== undefined);
}
