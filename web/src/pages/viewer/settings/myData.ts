import { api, type Schemas } from "@/api/client";
import { toApiError } from "@/api/errors";

type Part = Schemas["ExportAnswer"];

/** Everything about a viewer, without the paging of the API. */
export type Export = Omit<Part, "next"> & { exported_at: string };

const lists = ["follows", "ratings", "watched", "hidden", "notifications"] as const;
/** How often erasing is asked for again: each time takes up to 20 seconds of work. */
const ERASING_TRIES = 30;

/** Fetch everything about the viewer, part after part; `told` hears how many entries are there. */
export async function readExport(told: (entries: number) => void): Promise<Export> {
  const parts: Part[] = [];
  let next: string | null | undefined;
  do {
    const { data } = await api.GET("/me/export", { params: { query: { next } } });
    if (!data) throw new Error("the export has no body");
    parts.push(data);
    told(parts.reduce((sum, part) => sum + lists.reduce((count, list) => count + part[list].length, 0), 0));
    next = data.next;
  } while (next);
  return joined(parts);
}

/** Make one of all parts: what is told once comes from the first, the lists from all. */
export function joined(parts: Part[]): Export {
  const [first] = parts;
  if (!first) throw new Error("an export has at least one part");
  return {
    exported_at: new Date().toISOString(),
    profile: first.profile,
    preferences: first.preferences,
    settings: first.settings,
    calendar: first.calendar,
    follows: parts.flatMap((part) => part.follows),
    ratings: parts.flatMap((part) => part.ratings),
    watched: parts.flatMap((part) => part.watched),
    hidden: parts.flatMap((part) => part.hidden),
    notifications: parts.flatMap((part) => part.notifications),
  };
}

/** Let the browser save `content` as a JSON file. */
export function saveFile(name: string, content: unknown): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Not at once: some browsers begin to read only after this turn.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Erase the viewer's account. A very large one takes several requests, which the API says. */
export async function eraseAccount(): Promise<void> {
  for (let left = ERASING_TRIES; ; left -= 1) {
    try {
      await api.DELETE("/me");
      return;
    } catch (error) {
      if (toApiError(error).code !== "not_finished" || left <= 1) throw error;
    }
  }
}
