import type { InfiniteData } from "@tanstack/react-query";

import { $api, type Schemas } from "@/api/client";

import { inPages } from "@/api/paging";

/** A title of one of the viewer's lists. */
export type Marked = Schemas["MarkedAnswer"] & { rating?: number };

/** What the viewer's own lists are. */
export const LISTS = ["following", "watched", "rated", "hidden"] as const;
/** One of the viewer's own lists. */
export type List = (typeof LISTS)[number];

const init = { params: { query: { limit: 48 } } };
const pagesOf =
  <Page>(titles: (page: Page) => Marked[]) =>
  (data: InfiniteData<Page>): Marked[] =>
    data.pages.flatMap(titles);

/** The titles of a list as far as they have been fetched; only the list that is asked for is. */
export function useList(list: List) {
  const follows = $api.useInfiniteQuery("get", "/follows", init, {
    ...inPages,
    enabled: list === "following",
    select: pagesOf((page: Schemas["FollowsAnswer"]) => page.follows),
  });
  const watched = $api.useInfiniteQuery("get", "/watched", init, {
    ...inPages,
    enabled: list === "watched",
    select: pagesOf((page: Schemas["WatchedAnswer"]) => page.watched),
  });
  const ratings = $api.useInfiniteQuery("get", "/ratings", init, {
    ...inPages,
    enabled: list === "rated",
    select: pagesOf((page: Schemas["RatingsAnswer"]) => page.ratings),
  });
  const hidden = $api.useInfiniteQuery("get", "/hidden", init, {
    ...inPages,
    enabled: list === "hidden",
    select: pagesOf((page: Schemas["HiddenAnswer"]) => page.hidden),
  });
  return { following: follows, watched, rated: ratings, hidden }[list];
}

/** What a card of a list says as long as it belongs there; a rating has no such word. */
const flags = { following: "followed", watched: "watched", rated: null, hidden: "hidden" } as const;

/** A title with whether it is in the list still. */
export interface Listed {
  card: Marked;
  isOn: boolean;
}

/**
 * The list with what was taken out of it while it has been open: that stays in its place, so that nothing moves away
 * under the hand and everything can be put back.
 */
export function withKept(list: List, titles: Marked[], kept: Marked[]): Listed[] {
  const flag = flags[list];
  const on = new Set(titles.filter((card) => flag === null || card[flag]).map(({ id }) => id));
  const inPlace = new Set(kept.map(({ id }) => id));
  return [...kept, ...titles.filter(({ id }) => !inPlace.has(id))]
    .sort((one, other) => other.at.localeCompare(one.at))
    .map((card) => {
      const isOn = on.has(card.id);
      return { card: flag === null ? card : { ...card, [flag]: isOn }, isOn };
    });
}
