/** How the API's lists go on: each page names the next one. */
export const inPages = {
  pageParamName: "next",
  // Not undefined, for which the client would send a 0.
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next: string | null }) => page.next,
};
