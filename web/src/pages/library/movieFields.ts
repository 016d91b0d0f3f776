import type { Schemas } from "@/api/client";
import { toApiError } from "@/api/errors";

/** What stands in the fields: numbers are text as long as they are typed. */
export interface MovieValues {
  title: string;
  genres: string[];
  rating: string | number;
  year: string | number;
  tmdb_id: string | number;
  imdb_id: string;
}

export const emptyMovie: MovieValues = { title: "", genres: [], rating: "", year: "", tmdb_id: "", imdb_id: "" };

// As the API has it, so that what it would refuse is said before it is sent.
const TITLE_LENGTH = 255;
const GENRE_LENGTH = 100;
const GENRES = 10;
const YEARS: [number, number] = [1900, 2100];
const IMDB_ID = /^tt[0-9]{1,20}$/;
const CONTROL = /\p{Cc}/u;

type Errors = Partial<Record<keyof MovieValues, string>>;

/** Say for each field what is wrong with it, in the rules of the API. */
export function movieErrors(values: MovieValues): Errors {
  const year = numberOf(values.year);
  const rating = numberOf(values.rating);
  const tmdbId = numberOf(values.tmdb_id);
  const imdbId = values.imdb_id.trim();
  return said({
    title: nameError(values.title, TITLE_LENGTH, "Give the film a title"),
    genres: genresError(values.genres),
    rating: rating === null || isRating(rating) ? null : "From 0 to 10, with at most one decimal",
    year: year === null || isWhole(year, ...YEARS) ? null : `A year from ${YEARS[0]} to ${YEARS[1]}`,
    tmdb_id: tmdbId === null || isWhole(tmdbId, 1, Number.MAX_SAFE_INTEGER) ? null : "A whole number from 1",
    imdb_id: imdbId === "" || IMDB_ID.test(imdbId) ? null : "It looks like tt0133093",
  });
}

/** The request's body: what is left empty is unknown. */
export function movieBody(values: MovieValues): Schemas["MovieBody"] {
  return {
    title: values.title.trim(),
    genres: values.genres.map((genre) => genre.trim()),
    rating: numberOf(values.rating),
    year: numberOf(values.year),
    tmdb_id: numberOf(values.tmdb_id),
    imdb_id: values.imdb_id.trim() || null,
  };
}

/** The fields as a film fills them. */
export function movieValues(movie: Schemas["MovieAnswer"]): MovieValues {
  return {
    title: movie.title,
    genres: movie.genres,
    rating: movie.rating ?? "",
    year: movie.year ?? "",
    tmdb_id: movie.tmdb_id ?? "",
    imdb_id: movie.imdb_id ?? "",
  };
}

/** What the API says of single fields when it refuses a film; empty when it does not name any. */
export function refusedFields(error: unknown): Errors {
  const { details } = toApiError(error);
  if (!Array.isArray(details)) return {};
  const found: Errors = {};
  for (const each of details as { field?: unknown; problem?: unknown }[]) {
    const field = String(each.field).split(".")[0] as keyof MovieValues;
    if (field in emptyMovie && typeof each.problem === "string") found[field] ??= each.problem;
  }
  return found;
}

function nameError(name: string, longest: number, missing: string): string | null {
  const text = name.trim();
  if (!text) return missing;
  if ([...text].length > longest) return `At most ${longest} characters`;
  return CONTROL.test(text) ? "Without control characters, please" : null;
}

function genresError(genres: string[]): string | null {
  if (!genres.length) return "Name at least one genre";
  if (genres.length > GENRES) return `At most ${GENRES} genres`;
  return genres.map((genre) => nameError(genre, GENRE_LENGTH, "A genre needs a name")).find(Boolean) ?? null;
}

function said(problems: Record<keyof MovieValues, string | null>): Errors {
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== null)) as Errors;
}

const numberOf = (value: string | number): number | null => (String(value).trim() === "" ? null : Number(value));

const isWhole = (number: number, least: number, most: number): boolean =>
  Number.isInteger(number) && number >= least && number <= most;

const isRating = (number: number): boolean => number >= 0 && number <= 10 && /^\d+(\.\d)?$/.test(String(number));
