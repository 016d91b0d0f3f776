import type { QueryClient } from "@tanstack/react-query";

import { $api, type Schemas } from "./client";

const CARDS = 21;
const CHANGES = 40;

/** The recommendations that the guide shows. */
export const forYou = $api.queryOptions("get", "/recommendations", { params: { query: { limit: CARDS } } });

/** The latest titles on the viewer's services, or those that left them last. */
export const arrivalsOf = (kind: Schemas["ArrivalAnswer"]["kind"]) =>
  $api.queryOptions("get", "/arrivals", { params: { query: { kind, limit: CHANGES } } });

/** One title with everything that is known of it. */
export const titleOf = (id: string) =>
  $api.queryOptions("get", "/titles/{title_id}", { params: { path: { title_id: id } } });

const preferences = $api.queryOptions("get", "/preferences");
const sources = $api.queryOptions("get", "/sources", {});
const genres = $api.queryOptions("get", "/genres", {});

/**
 * Ask for what the page at `path` shows, while it is still being fetched and drawn. Only for the pages that visits
 * begin with; the page finds the answers, or asks again for what has failed.
 */
export function askAhead(queries: QueryClient, path: string, isSignedIn: boolean): void {
  const id = /^\/titles\/([^/]+)\/?$/.exec(path)?.[1];
  if (path === "/") void queries.prefetchQuery(sources);
  if (!isSignedIn || (path !== "/" && !id)) return;
  void queries.prefetchQuery(preferences);
  if (id) void queries.prefetchQuery(titleOf(decodeURIComponent(id)));
  else {
    void queries.prefetchQuery(forYou);
    void queries.prefetchQuery(arrivalsOf("arrived"));
  }
  void queries.prefetchQuery(genres);
  void queries.prefetchQuery(sources);
}
