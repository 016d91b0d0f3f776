/** What stands in an address: anybody may have written it. */
export type Params = Record<string, unknown>;

/** The words of a parameter that may be given several times, once each. */
export function wordsOf(value: unknown): string[] {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  // The router reads 1 as a number; ids are words.
  return [...new Set(given.filter((each) => typeof each === "string" || typeof each === "number").map(String))];
}

/** The ids of a parameter; what cannot be one is left out. */
export function idsOf(value: unknown): string[] {
  return wordsOf(value).filter((each) => /^[0-9]{1,19}$/.test(each));
}

/** Those values of a parameter that there are. */
export function choicesOf<T extends string>(value: unknown, known: readonly T[]): T[] {
  return known.filter((each) => wordsOf(value).includes(each));
}

/** The one value of a parameter that there is, or `otherwise`. */
export function choiceOf<T extends string>(value: unknown, known: readonly T[], otherwise: T): T {
  return known.find((each) => each === value) ?? otherwise;
}

/** A number between two others; undefined for anything else. */
export function numberOf(value: unknown, least: number, most: number): number | undefined {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  return typeof number === "number" && number >= least && number <= most ? number : undefined;
}

/** Leave what says nothing out of an address. */
export function compact(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined && !(Array.isArray(value) && !value.length)),
  );
}
