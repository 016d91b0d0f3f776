import { typeNames } from "@/components/Poster";

/** The types of titles, in the order in which they are offered. */
export const types = ["movie", "tv_series", "tv_miniseries", "tv_movie", "tv_special", "short_film"] as const;

/** A type of title. */
export type TitleType = (typeof types)[number];

/** The types as choices of a field. */
export const typeChoices = types.map((type) => ({ value: type, label: typeNames[type] ?? type }));

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long" });
const since = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
const countries = new Intl.DisplayNames("en-GB", { type: "region" });
const languages = new Intl.DisplayNames("en-GB", { type: "language" });

/** A moment of the API as a day: 3 Nov 2026. */
export function dayOf(moment: string): string {
  return day.format(new Date(moment));
}

/** The day of the week it is. */
export function today(): string {
  return weekday.format(new Date());
}

const units = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
] as const;

/** How long ago a moment was, in the largest unit that fits: 3 hours ago; a month and more is a day. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = (now - Date.parse(moment)) / 1_000;
  if (seconds >= 30 * 86_400) return `on ${dayOf(moment)}`;
  const fitting = units.find((each) => seconds >= each.seconds);
  return fitting ? since.format(-Math.floor(seconds / fitting.seconds), fitting.unit) : "just now";
}

/** How long a film runs: 1 h 55 min. */
export function runtimeOf(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours ? `${hours} h` : null, rest || !hours ? `${rest} min` : null].filter(Boolean).join(" ");
}

/** A country's name by its code. */
export function countryName(code: string): string {
  return nameOf(countries, code);
}

/** A language's name by its code. */
export function languageName(code: string): string {
  return nameOf(languages, code);
}

/** A number and its word: 1 service, 2 services. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Names in a sentence: Netflix, MUBI and Prime Video. */
export function listed(names: string[]): string {
  return new Intl.ListFormat("en-GB").format(names);
}

function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    // Providers write codes that are none.
    return code;
  }
}
