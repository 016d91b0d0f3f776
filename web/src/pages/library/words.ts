const numbers = new Intl.NumberFormat("en-GB");
const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const moments = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const units = ["bytes", "KB", "MB"];

/** A number as people write it: 12,345. */
export const inDigits = (number: number): string => numbers.format(number);

/** So many of something: "1 film", "1,204 films". */
export const counted = (number: number, noun: string): string =>
  `${inDigits(number)} ${noun}${number === 1 ? "" : "s"}`;

/** The day of a moment of the API. */
export const day = (moment: string): string => dates.format(new Date(moment));

/** A moment of the API, to the minute. */
export const dayAndTime = (moment: string): string => moments.format(new Date(moment));

/** How large a file is. */
export function fileSize(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${numbers.format(Number((bytes / 1000 ** power).toPrecision(3)))} ${units[power]}`;
}
