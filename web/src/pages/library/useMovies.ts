import { keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { $api } from "@/api/client";
import { inPages } from "@/api/paging";

import type { MovieSearch } from "./search";

const PAGE = 50;

const paging = {
  ...inPages,
  // What was found stays while the next question is on its way, so that nothing jumps while one types.
  placeholderData: keepPreviousData,
};

/** The films that an address asks for: by words of their titles, else by genre, rating and year. */
export function useMovies({ q, genre, minRating, year }: MovieSearch) {
  const found = $api.useInfiniteQuery(
    "get",
    "/movies/search",
    { params: { query: { title: q, limit: PAGE } } },
    { ...paging, enabled: q !== "" },
  );
  const filtered = $api.useInfiniteQuery(
    "get",
    "/movies/filter",
    { params: { query: { genre, minRating, year, limit: PAGE } } },
    { ...paging, enabled: q === "" },
  );
  const query = q ? found : filtered;
  return {
    ...query,
    movies: query.data?.pages.flatMap((page) => page.movies) ?? [],
    total: query.data?.pages[0]?.totalCount,
  };
}

/** Forget what is known of the library, because it has changed. */
export function useForgetLibrary() {
  const queries = useQueryClient();
  return useCallback(
    (isDeleted = false) => {
      for (const path of ["/movies/search", "/movies/filter", "/movies/top-rated", "/dashboard"]) {
        void queries.invalidateQueries({ queryKey: ["get", path] });
      }
      // The page of a film that was deleted is still open for a moment, and need not hear that there is none.
      const refetchType = isDeleted ? "none" : "active";
      void queries.invalidateQueries({ queryKey: ["get", "/movies/{movie_id}"], refetchType });
    },
    [queries],
  );
}
