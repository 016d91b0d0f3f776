import { useMutation, useQueryClient, type Query, type QueryClient } from "@tanstack/react-query";

import { tellFailure } from "@/app/tell";

import { api } from "./client";
import { titleOf } from "./guide";

/** What a viewer can say of a title; a rating of null takes the rating back. */
export type Change =
  { mark: "followed" | "watched" | "hidden"; on: boolean } | { mark: "rating"; rating: number | null };

const ways = {
  followed: { list: "/follows", one: "/follows/{title_id}" },
  watched: { list: "/watched", one: "/watched/{title_id}" },
  hidden: { list: "/hidden", one: "/hidden/{title_id}" },
  rating: { list: "/ratings", one: "/ratings/{title_id}" },
} as const;

/** Lists that leave out what was watched, hidden, rated or followed. */
const choosing = ["/titles", "/recommendations", "/titles/{title_id}/similar"];
const holdingTitles = new Set([
  ...choosing,
  "/titles/{title_id}",
  "/search",
  ...Object.values(ways).map(({ list }) => list),
]);

/**
 * Follow, watched, hidden and rating of one title. Each change is shown wherever the title stands before the API has
 * heard of it, and is taken back, with a word about why, when the API refuses. Changes of one title are sent one
 * after the other.
 */
export function useMarks(titleId: string) {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    scope: { id: `marks:${titleId}` },
    mutationFn: (change: Change) => send(titleId, change),
    onMutate: async (change) => {
      const key = keyOf(titleId);
      const before = opposite(change, ratingOf(queries, titleId));
      // An answer on its way knows nothing of this change; a title that is not here yet is still wanted.
      await queries.cancelQueries({ queryKey: key, predicate: (query) => query.state.data !== undefined });
      show(queries, titleId, change);
      return before;
    },
    onError: (error, change, before) => {
      if (before) show(queries, titleId, before);
      void queries.invalidateQueries({ queryKey: keyOf(titleId) });
      void queries.invalidateQueries({ queryKey: ["get", ways[change.mark].list] });
      tellFailure("That was not saved", error);
    },
    onSuccess: (_, change) => {
      // What is open stays as it is, so that nothing moves away under the hand; it is fetched anew when opened again.
      for (const list of choosing) void queries.invalidateQueries({ queryKey: ["get", list], refetchType: "none" });
      return queries.invalidateQueries({ queryKey: ["get", ways[change.mark].list] });
    },
  });
  return {
    setFollowed: (on: boolean) => mutate({ mark: "followed", on }),
    setWatched: (on: boolean) => mutate({ mark: "watched", on }),
    setHidden: (on: boolean) => mutate({ mark: "hidden", on }),
    /** Rate 1 to 10; null takes the rating back. */
    rate: (rating: number | null) => mutate({ mark: "rating", rating }),
  };
}

function send(titleId: string, change: Change) {
  const init = { params: { path: { title_id: titleId } } };
  if (change.mark !== "rating") {
    const { one } = ways[change.mark];
    return change.on ? api.PUT(one, init) : api.DELETE(one, init);
  }
  const { one } = ways.rating;
  return change.rating === null ? api.DELETE(one, init) : api.PUT(one, { ...init, body: { rating: change.rating } });
}

const keyOf = (titleId: string) => titleOf(titleId).queryKey;

function ratingOf(queries: QueryClient, titleId: string): number | null {
  return queries.getQueryData<{ my_rating: number | null }>(keyOf(titleId))?.my_rating ?? null;
}

function opposite(change: Change, rating: number | null): Change {
  return change.mark === "rating" ? { mark: "rating", rating } : { ...change, on: !change.on };
}

function show(queries: QueryClient, titleId: string, change: Change): void {
  const predicate = ({ queryKey }: Query) => holdingTitles.has(String(queryKey[1]));
  queries.setQueriesData({ predicate }, (data: unknown) => withChange(data, titleId, change));
}

/** Return an answer of the API with a change of one title wherever it stands; the same object where it does not. */
export function withChange<T>(data: T, titleId: string, change: Change): T {
  if (Array.isArray(data)) {
    const items = data.map((item) => withChange<unknown>(item, titleId, change));
    return items.some((item, index) => item !== data[index]) ? (items as T) : data;
  }
  if (typeof data !== "object" || data === null) return data;
  const before = data as Record<string, unknown>;
  const after = Object.fromEntries(
    Object.entries(before).map(([name, value]) => [name, withChange(value, titleId, change)]),
  );
  if (before.id === titleId && "followed" in before) Object.assign(after, changed(before, change));
  return Object.keys(after).some((name) => after[name] !== before[name]) ? (after as T) : data;
}

function changed(title: Record<string, unknown>, change: Change): Record<string, unknown> {
  if (change.mark !== "rating") return { [change.mark]: change.on };
  // The list of ratings holds no title without one: it is fetched anew instead.
  const listed = "rating" in title && change.rating !== null ? { rating: change.rating } : {};
  return "my_rating" in title ? { my_rating: change.rating, ...listed } : listed;
}
