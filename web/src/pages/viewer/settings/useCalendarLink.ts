import { useQuery, useQueryClient } from "@tanstack/react-query";

import { $api, api, type Schemas } from "@/api/client";
import { toApiError } from "@/api/errors";

import { tellFailure } from "@/app/tell";

const key = ["get", "/calendar"];

/** The link to the viewer's calendar, null while there is none, and how to make, replace and remove it. */
export function useCalendarLink() {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: read });
  const renewal = $api.useMutation("post", "/calendar", {
    onSuccess: (link) => queries.setQueryData(key, link),
    onError: (problem) => tellFailure("The link could not be made", problem),
  });
  const removal = $api.useMutation("delete", "/calendar", {
    onSuccess: () => queries.setQueryData(key, null),
    onError: (problem) => tellFailure("The link could not be removed", problem),
  });
  return {
    link: data,
    error,
    retry: () => void refetch(),
    /** Whether the link has just been made, or removed. */
    isNew: renewal.isSuccess,
    isRemoved: removal.isSuccess,
    isBusy: renewal.isPending || removal.isPending,
    renew: () => renewal.mutateAsync({}),
    remove: () => removal.mutateAsync({}),
  };
}

async function read(): Promise<Schemas["CalendarAnswer"] | null> {
  try {
    return (await api.GET("/calendar")).data ?? null;
  } catch (error) {
    // No link yet is no failure.
    if (toApiError(error).status === 404) return null;
    throw error;
  }
}

/** What a calendar can hold. */
export const calendarKinds = [
  { value: "arrived", label: "Arrivals" },
  { value: "left", label: "Departures" },
  { value: "new_season", label: "New seasons" },
  { value: "release", label: "Release days" },
] as const;

/** The whole address of a calendar that holds some kinds of events. */
export function calendarAddress(path: string, kinds: string[], origin: string): string {
  const address = new URL(path, origin);
  // All of them need no mention, and whatever kind is new will be among them.
  if (kinds.length < calendarKinds.length) for (const kind of kinds) address.searchParams.append("kind", kind);
  return address.href;
}
