import { useEffect } from "react";

import { $api, type Schemas } from "@/api/client";

import { useForgetLibrary } from "./useMovies";

type Change = Schemas["RequestAnswer"];

const PAUSE = 1000;
const changes: ReadonlySet<Change["state"]> = new Set(["added", "changed", "deleted", "missing"]);

/** What became of a change that was asked for; asked again until it is done. */
export function useChange(id: string | null) {
  return $api.useQuery(
    "get",
    "/movies/requests/{request_id}",
    { params: { path: { request_id: id ?? "" } } },
    { enabled: id !== null, refetchInterval: ({ state }) => (isWaiting(state.data) ? PAUSE : false) },
  );
}

/** Have the library read anew once a change is made. */
export function useForgetOnceDone(change: Change | undefined) {
  const forget = useForgetLibrary();
  const state = change?.state;
  useEffect(() => {
    if (state && changes.has(state)) forget(state === "deleted");
  }, [state, forget]);
}

/** Whether a change is still to be made. */
export const isWaiting = (change: Change | undefined): boolean => change === undefined || change.state === "queued";
