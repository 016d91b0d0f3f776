import { useNavigate, useSearch } from "@tanstack/react-router";

type Values<Name extends string> = Partial<Record<Name, string>>;

/** The named parameters of the page's address as text, and how to change some of them; empty ones are left out. */
export function useAddress<Name extends string>(
  ...names: Name[]
): [Values<Name>, (changes: Partial<Record<Name, string | null>>) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const change = (changes: Partial<Record<Name, string | null>>) =>
    void navigate({
      to: ".",
      search: (old: Record<string, unknown>) => without({ ...old, ...changes }),
      replace: true,
      resetScroll: false,
    });
  return [named(search, names), change];
}

/** Read parameters as text; the router has made numbers of what looks like one. */
export function named<Name extends string>(search: Record<string, unknown>, names: Name[]): Values<Name> {
  const values: Values<Name> = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === "string" || typeof value === "number") values[name] = String(value);
  }
  return values;
}

/** A parameter if it is one of those there are; else undefined, as if it were not given. */
export function oneOf<Value extends string>(values: readonly Value[], given: string | undefined): Value | undefined {
  return values.find((value) => value === given);
}

function without(search: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== null && value !== ""));
}
