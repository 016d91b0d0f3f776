import { choiceOf, choicesOf, compact, idsOf, numberOf, type Params } from "@/app/params";
import { types, type TitleType } from "@/app/words";

/** The orders of the titles that can be browsed. */
export const sorts = [
  { value: "rating", label: "Best rated" },
  { value: "popularity", label: "Most popular" },
  { value: "newest", label: "Newest" },
] as const;

type Sort = (typeof sorts)[number]["value"];

/** Which of the viewer's titles are shown, and in which order. */
export interface Filters {
  sources: string[];
  genres: string[];
  /** Whether a title of any of the genres is enough, or it has to be of all. */
  match: "any" | "all";
  types: TitleType[];
  from?: number;
  to?: number;
  min?: number;
  include: ("watched" | "hidden")[];
  sort: Sort;
}

/** The first and the last year that can be asked for. */
export const YEARS = { first: 1870, last: new Date().getFullYear() + 5 };

/** Read the filters of an address; what cannot be one is left out. */
export function filtersOf(params: Params): Filters {
  const from = numberOf(params.from, YEARS.first, YEARS.last);
  const to = numberOf(params.to, YEARS.first, YEARS.last);
  return {
    sources: idsOf(params.source),
    genres: idsOf(params.genre),
    match: choiceOf(params.match, ["any", "all"], "any"),
    types: choicesOf(params.type, types),
    from: from && Math.trunc(from),
    // Years that leave none are refused by the API.
    to: to === undefined || (from !== undefined && to < from) ? undefined : Math.trunc(to),
    min: numberOf(params.min, 0.5, 10),
    include: choicesOf(params.show, ["watched", "hidden"]),
    sort: choiceOf(
      params.sort,
      sorts.map(({ value }) => value),
      "rating",
    ),
  };
}

/** Write filters into an address: only what differs from showing everything. */
export function paramsOf(filters: Filters): Params {
  return compact({
    source: filters.sources,
    genre: filters.genres,
    match: filters.match === "all" && filters.genres.length > 1 ? "all" : undefined,
    type: filters.types,
    from: filters.from,
    to: filters.to,
    min: filters.min,
    show: filters.include,
    sort: filters.sort === "rating" ? undefined : filters.sort,
  });
}

/** What the API is asked for. */
export function queryOf({ sources, genres, match, types, from, to, min, include, sort }: Filters) {
  return {
    source: sources.length ? sources : undefined,
    genre: genres.length ? genres : undefined,
    genre_match: match,
    type: types.length ? types : undefined,
    year_from: from,
    year_to: to,
    min_rating: min,
    include: include.length ? include : undefined,
    sort,
  };
}

/** A filter that is set, in words, and the filters without it. */
export interface Active {
  key: string;
  label: string;
  without: Filters;
}

/** The names of what filters speak of by id. */
export interface Names {
  source: (id: string) => string;
  genre: (id: string) => string;
  type: (type: TitleType) => string;
}

/** All filters that are set, each with the way to take it back. */
export function activeOf(filters: Filters, names: Names): Active[] {
  const without = <T>(items: T[], item: T) => items.filter((each) => each !== item);
  const { sources, genres, types, include, from, to, min } = filters;
  const years = from === to ? `${from}` : from && to ? `${from} to ${to}` : from ? `From ${from}` : `Until ${to}`;
  return [
    ...sources.map((id) => ({
      key: `source ${id}`,
      label: names.source(id),
      without: { ...filters, sources: without(sources, id) },
    })),
    ...genres.map((id) => ({
      key: `genre ${id}`,
      label: names.genre(id),
      without: { ...filters, genres: without(genres, id) },
    })),
    ...types.map((type) => ({
      key: type,
      label: names.type(type),
      without: { ...filters, types: without(types, type) },
    })),
    ...(from || to ? [{ key: "years", label: years, without: { ...filters, from: undefined, to: undefined } }] : []),
    ...(min ? [{ key: "rating", label: `Rated ${min} and better`, without: { ...filters, min: undefined } }] : []),
    ...include.map((shown) => ({
      key: shown,
      label: `With ${shown} titles`,
      without: { ...filters, include: without(include, shown) },
    })),
  ];
}

/** The filters with nothing set; the order stays. */
export function cleared({ sort }: Filters): Filters {
  return { ...filtersOf({}), sort };
}
