const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "always", style: "short" });

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** A number with separators: 12,345. */
export const count = (value: number): string => whole.format(value);

/** A number and its noun in the right form: "1 error", "2 errors". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A part of a whole as a percentage; a little is not called nothing, and not quite all is not called all. */
export function percent(part: number): string {
  if (part > 0 && part < 0.01) return "< 1 %";
  if (part > 0.99 && part < 1) return "> 99 %";
  return `${whole.format(part * 100)} %`;
}

/** How long something took or lasts, in its two largest units: "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 1) return "< 1 s";
  const rounded = Math.round(seconds);
  if (rounded < MINUTE) return `${rounded} s`;
  if (rounded < HOUR) return two(rounded, MINUTE, "min", 1, "s");
  if (rounded < DAY) return two(rounded, HOUR, "h", MINUTE, "min");
  return two(rounded, DAY, "d", HOUR, "h");
}

function two(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeName}${rest ? ` ${rest} ${smallName}` : ""}`;
}

/** A function's time: "45 ms", "1.2 s"; a dash where nothing was measured. */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value < 1_000 ? `${whole.format(value)} ms` : `${tenth.format(value / 1_000)} s`;
}

/** A size for people, in units of 1,000 as AWS bills them. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log10(value) / 3) : 0);
  return `${tenth.format(value / 1_000 ** step)} ${units[step]}`;
}

/** A date and time in the reader's time zone. */
export const when = (at: string): string => moment.format(new Date(at));

/** A time of day with seconds, in the reader's time zone. */
export const timeOfDay = (at: string): string => clock.format(new Date(at));

/** A UTC day: "21 Nov". */
export const dayName = (day: string): string => days.format(new Date(`${day}T00:00:00Z`));

/** How far a moment is from now: "5 min ago", "in 2 hrs". */
export function ago(at: string, now: number): string {
  const seconds = (new Date(at).getTime() - now) / 1_000;
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return seconds > 1 ? "in a moment" : "just now";
  if (distance < HOUR) return relative.format(Math.trunc(seconds / MINUTE), "minute");
  if (distance < 2 * DAY) return relative.format(Math.trunc(seconds / HOUR), "hour");
  return relative.format(Math.trunc(seconds / DAY), "day");
}

/** A name of the code for people: "title_consumer" → "Title consumer". */
export function humanised(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value of an input or a log line on one line. */
export function plain(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length ? value.map(plain).join(", ") : "none";
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** JSON set out in lines; what is none stays as it is. */
export function setOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
