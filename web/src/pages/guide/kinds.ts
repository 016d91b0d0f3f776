import type { TitleType } from "@/app/words";

/** Titles in two halves, as most people ask for them. */
export const kinds = {
  all: { label: "All", types: undefined },
  films: { label: "Films", types: ["movie", "tv_movie", "short_film"] },
  series: { label: "Series", types: ["tv_series", "tv_miniseries", "tv_special"] },
} as const satisfies Record<string, { label: string; types: readonly TitleType[] | undefined }>;

/** All titles, or one half. */
export type Kind = keyof typeof kinds;

/** The names of the halves. */
export const kindNames = Object.keys(kinds) as Kind[];

/** The types of a half as the API takes them; undefined for all. */
export function typesOf(kind: Kind): TitleType[] | undefined {
  const { types } = kinds[kind];
  return types && [...types];
}
