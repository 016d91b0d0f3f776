import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { api, type Schemas } from "@/api/client";
import { ApiError } from "@/api/errors";

import { counted } from "./format";
import type { FailureKind, FailureState } from "./types";

export const failureKinds: Record<FailureKind, string> = {
  message: "Message",
  event: "Event",
  enrichment: "Enrichment",
};

export const failureStates: Record<FailureState, string> = {
  open: "Open",
  replayed: "Replayed",
  discarded: "Discarded",
};

type Replays = Schemas["ReplayCount"];

/** Where ids wait that the archive could not collect: they are counted and replayed together, not one by one. */
export const UNCOLLECTED = "archive_collector";

/** What came of replaying several, in a sentence. */
export function replaySentence({ replayed = 0, failed = 0, left = 0 }: Replays): string {
  const told = [counted(replayed, "failure") + (replayed === 1 ? " was replayed" : " were replayed")];
  if (failed) told.push(`${counted(failed, "failure")} could not be given back`);
  if (left) told.push(`${counted(left, "failure")} ${left === 1 ? "is" : "are"} left: replay again`);
  return `${told.join("; ")}.`;
}

/** Which to replay: these, or all open ones of a source. */
export type Wanted = { ids: string[] } | { source: string };

/** All open failures, however many, in one number. */
export const openIn = (open: Record<string, number>): number =>
  Object.values(open).reduce((sum, number) => sum + number, 0);

function changed(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [, path] }) => typeof path === "string" && path.startsWith("/admin/failures"),
  });
}

/** Replays several failures. */
export function useReplays(onDone: (result: Replays) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: Wanted) => answered(await api.POST("/admin/failures/replay", { body: wanted })),
    onSuccess: onDone,
    // Also after an error: some may have been replayed before it.
    onSettled: () => changed(queries),
  });
}

/** Replays one failure; one that could not be given back is an error with the reason. */
export function useReplay(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      const result = answered(
        await api.POST("/admin/failures/{failure_id}/replay", { params: { path: { failure_id: id } } }),
      );
      if (result.state === "open")
        throw new ApiError(409, "not_replayed", result.reason || "It could not be given back and stays open.");
    },
    onSuccess: onDone,
    onSettled: () => changed(queries),
  });
}

/** Discards one failure with a note that says why. */
export function useDiscard(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, note }: { id: string; note: string }) => {
      await api.POST("/admin/failures/{failure_id}/discard", {
        params: { path: { failure_id: id } },
        body: { note },
      });
    },
    onSuccess: onDone,
    onSettled: () => changed(queries),
  });
}

function answered<Data>({ data }: { data?: Data }): Data {
  // Whatever is not 2xx was thrown; this is for an answer without a body.
  if (data === undefined) throw new ApiError(0, "unknown", "Marquee did not say what came of it. Load the page again.");
  return data;
}
