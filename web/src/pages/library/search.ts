/** What the list of films is asked for; it stands in the address. */
export interface MovieSearch {
  /** Beginnings of words of the title; when there are any, they alone are asked for. */
  q: string;
  genre: string[];
  minRating: number | null;
  year: number | null;
}

/** Which part of the ranking is shown. */
export interface RankSearch {
  page: number;
  limit: number;
}

export const RANK_SIZES: readonly [number, ...number[]] = [20, 50, 100];

/** Read an address; whatever it has that cannot be is left out. */
export function readMovieSearch(search: Record<string, unknown>): MovieSearch {
  const genres = Array.isArray(search.genre) ? search.genre : [search.genre];
  return {
    q: text(search.q),
    genre: [...new Set(genres.map(text).filter(Boolean))],
    minRating: within(search.minRating, 0, 10),
    year: whole(search.year, 1, 9999),
  };
}

/** Write what differs from a bare list, so that addresses stay short. */
export function writeMovieSearch({ q, genre, minRating, year }: MovieSearch): Partial<MovieSearch> {
  return {
    ...(q ? { q } : {}),
    ...(genre.length ? { genre } : {}),
    ...(minRating === null ? {} : { minRating }),
    ...(year === null ? {} : { year }),
  };
}

/** Read which part of the ranking an address means: the first, unless it says another that can be. */
export function readRankSearch(search: Record<string, unknown>): RankSearch {
  const limit = Number(search.limit);
  return {
    page: whole(search.page, 1, 1_000_000) ?? 1,
    limit: RANK_SIZES.includes(limit) ? limit : RANK_SIZES[0],
  };
}

// The router reads `?q=1917` as a number.
function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim().slice(0, 255) : "";
}

function within(value: unknown, least: number, most: number): number | null {
  const number = text(value) === "" ? Number.NaN : Number(value);
  return number >= least && number <= most ? number : null;
}

function whole(value: unknown, least: number, most: number): number | null {
  const number = within(value, least, most);
  return Number.isInteger(number) ? number : null;
}
