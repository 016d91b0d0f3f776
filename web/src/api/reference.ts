import { $api, type Schemas } from "./client";

/** Services and genres change rarely: once a visit is enough. */
const rarely = { staleTime: 3_600_000, gcTime: 3_600_000 };

/** All services, with `byId` to look names and logos up. */
export function useSources() {
  const query = $api.useQuery("get", "/sources", {}, rarely);
  return { ...query, sources: query.data?.sources ?? [], byId: mapOf(query.data?.sources) };
}

/** All genres, with `byId` to look names up. */
export function useGenres() {
  const query = $api.useQuery("get", "/genres", {}, rarely);
  return { ...query, genres: query.data?.genres ?? [], byId: mapOf(query.data?.genres) };
}

function mapOf<T extends Schemas["SourceAnswer"] | Schemas["GenreAnswer"]>(items: T[] | undefined): Map<string, T> {
  return new Map(items?.map((item) => [item.id, item]));
}
