/** What of a film a column can hold, and how that is called. */
export const fieldNames = {
  title: "Title",
  genres: "Genres",
  rating: "Rating",
  year: "Year",
  tmdb_id: "TMDB id",
  imdb_id: "IMDb id",
} as const;

export type Field = keyof typeof fieldNames;
export type Mapping = Record<string, string>;

export const fields = Object.keys(fieldNames) as Field[];

/** The scale of ratings that is meant where none is named. */
export const USUAL_SCALE = "10";

/** What is to be sent: what was chosen before, and over it only what now differs from what the preview shows. */
export function chosenMapping(before: Mapping, shown: Mapping, wanted: Mapping): Mapping {
  const changed = Object.entries(wanted).filter(([key, value]) => value !== shownValue(shown, key));
  return { ...before, ...Object.fromEntries(changed) };
}

/** Whether the choices differ from what the preview shows. */
export function differs(shown: Mapping, wanted: Mapping): boolean {
  return Object.entries(wanted).some(([key, value]) => value !== shownValue(shown, key));
}

/** The choices as the preview shows them; an empty column means none. */
export function shownMapping(shown: Mapping): Mapping {
  return Object.fromEntries([...fields, "rating_of", "default_genre"].map((key) => [key, shownValue(shown, key)]));
}

/** The names of what a column is read as; several, if two fields come from it. */
export function namesOf(mapping: Mapping, column: string): string[] {
  return fields.filter((field) => mapping[field] === column).map((field) => fieldNames[field]);
}

const shownValue = (shown: Mapping, key: string): string => shown[key] ?? (key === "rating_of" ? USUAL_SCALE : "");
