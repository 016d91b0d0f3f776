import { QueryClient } from "@tanstack/react-query";

import { toApiError } from "./errors";

const RETRIES = 2;

/** Make the cache of answers: what is transient is tried again, what was refused is not. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        retry: (failures, error) => failures < RETRIES && toApiError(error).isTransient,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
      },
      mutations: { retry: false },
    },
  });
}
