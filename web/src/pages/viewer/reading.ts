import { useQueryClient, type InfiniteData } from "@tanstack/react-query";

import { $api, type Schemas } from "@/api/client";

import { inPages } from "@/api/paging";
import { tellFailure } from "@/app/tell";

type Page = Schemas["NotificationsAnswer"];
/** What is kept of notifications: a page, as the bell asks for one, or the pages of a list. */
type Held = Page | InfiniteData<Page>;

const key = ["get", "/notifications"];

/** What the viewer was told, as far as it has been fetched. */
export function useNotifications(onlyUnread: boolean) {
  return $api.useInfiniteQuery(
    "get",
    "/notifications",
    { params: { query: { limit: 40, unread: onlyUnread } } },
    // Whoever comes here has seen the bell: the list must not be older than that.
    { ...inPages, staleTime: 0, refetchOnWindowFocus: false },
  );
}

/** Mark one notification as read, or all with a null; `at` is when. Pure. */
export function withRead<H extends Held>(held: H, id: string | null, at: string): H {
  if ("pages" in held) return { ...held, pages: held.pages.map((page) => withRead(page, id, at)) };
  return {
    ...held,
    unread: id === null ? 0 : Math.max(0, held.unread - 1),
    notifications: held.notifications.map((each) =>
      each.read || (id !== null && each.id !== id) ? each : { ...each, read: true, read_at: at },
    ),
  };
}

/** Mark notifications as read: at once in the list and at the bell, and back again if the API refuses. */
export function useReading() {
  const queries = useQueryClient();
  const show = async (id: string | null) => {
    await queries.cancelQueries({ queryKey: key });
    const before = queries.getQueriesData<Held>({ queryKey: key });
    const at = new Date().toISOString();
    queries.setQueriesData<Held>({ queryKey: key }, (held) => held && withRead(held, id, at));
    return { before };
  };
  const takeBack = (error: unknown, context: Awaited<ReturnType<typeof show>> | undefined) => {
    for (const [each, held] of context?.before ?? []) queries.setQueryData(each, held);
    tellFailure("It could not be marked as read", error);
  };
  // What is open stays as it is: what has just been read must not disappear from among the unread.
  const forget = () => queries.invalidateQueries({ queryKey: key, refetchType: "none" });
  const one = $api.useMutation("post", "/notifications/{notification_id}/read", {
    onMutate: ({ params }) => show(params.path.notification_id),
    onError: (error, _, context) => takeBack(error, context as Awaited<ReturnType<typeof show>> | undefined),
    onSuccess: forget,
  });
  const all = $api.useMutation("post", "/notifications/read", {
    onMutate: () => show(null),
    onError: (error, _, context) => takeBack(error, context as Awaited<ReturnType<typeof show>> | undefined),
    onSuccess: forget,
  });
  return {
    read: ({ id, read }: { id: string; read: boolean }) => {
      if (!read) one.mutate({ params: { path: { notification_id: id } } });
    },
    readAll: () => all.mutate({}),
  };
}
