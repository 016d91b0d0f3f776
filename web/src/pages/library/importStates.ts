import type { Schemas } from "@/api/client";

export type Import = Schemas["ImportAnswer"];
export type ImportState = Import["state"];
export type ImportAction = "read" | "start" | "stop" | "resume" | "cancel" | "undo";
type Counts = Schemas["CountsAnswer"];

/** How the states of an import are called, and their colours. */
export const stateNames: Record<ImportState, { label: string; color: string }> = {
  awaiting_upload: { label: "Waiting for its file", color: "gray" },
  reading: { label: "Reading the first rows", color: "blue" },
  preview: { label: "Ready to start", color: "lamp" },
  running: { label: "Running", color: "blue" },
  stopped: { label: "Stopped", color: "orange" },
  finished: { label: "Finished", color: "green" },
  cancelled: { label: "Cancelled", color: "gray" },
  failed: { label: "Failed", color: "red" },
  undoing: { label: "Being undone", color: "orange" },
  undone: { label: "Undone", color: "gray" },
};

const moving: ReadonlySet<ImportState> = new Set(["reading", "running", "undoing"]);

/** Whether an import goes on by itself, so that looking again is worth it. */
export const isMoving = (state: ImportState): boolean => moving.has(state);

/** Whether rows have been added, or are about to be: then there are counts to show. */
export const hasStarted = ({ state, counts }: Pick<Import, "state" | "counts">): boolean =>
  counts.found > 0 || state === "running" || state === "stopped" || state === "finished";

const actions: Record<ImportState, ImportAction[]> = {
  awaiting_upload: ["read", "cancel"],
  reading: ["cancel"],
  preview: ["start", "cancel"],
  running: ["stop", "cancel"],
  stopped: ["resume", "cancel"],
  failed: ["read", "cancel"],
  finished: ["undo"],
  cancelled: ["undo"],
  undoing: [],
  undone: [],
};

/** What can be done with an import now; there is nothing to undo where nothing was added. */
export function actionsOf({ state, counts }: Pick<Import, "state" | "counts">): ImportAction[] {
  return actions[state].filter((action) => action !== "undo" || counts.added > 0);
}

/** The parts of a bar of `counts` in per cent of what was found; nothing is found before the first row. */
export function shares(counts: Counts): { added: number; duplicate: number; failed: number } {
  const of = (part: number) => (counts.found > 0 ? (part * 100) / counts.found : 0);
  return { added: of(counts.added), duplicate: of(counts.duplicate), failed: of(counts.failed) };
}

/** What came of an import in a few words: "12 added, 3 already there, 1 failed". */
export function inShort(counts: Counts): string {
  const parts: [number, string][] = [
    [counts.added, "added"],
    [counts.duplicate, "already there"],
    [counts.failed, "failed"],
    [counts.left, "left"],
    [counts.removed, "taken out again"],
  ];
  const told = parts
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number.toLocaleString("en-GB")} ${what}`);
  return told.join(", ") || "No rows";
}
