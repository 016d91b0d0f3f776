import type { FunctionHour, LogLine } from "./types";

/** Levels of lines, the mildest first; one is asked for at a time. */
export const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const;
export type Level = (typeof levels)[number];

/** Functions with errors first, then those that were throttled, then by name. */
export function worstFirst(functions: readonly FunctionHour[]): FunctionHour[] {
  return [...functions].sort(
    (one, other) =>
      other.errors - one.errors || other.throttles - one.throttles || one.name.localeCompare(other.name, "en-GB"),
  );
}

/** Lines that hold a text in any case: in their message, their fields or the id of their request. */
export function holding(lines: readonly LogLine[], text: string): LogLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter((line) =>
    [line.message, line.request_id ?? "", JSON.stringify(line.fields)].some((part) =>
      part.toLowerCase().includes(wanted),
    ),
  );
}
