import { useQueryClient } from "@tanstack/react-query";

import { $api, type Schemas } from "@/api/client";

import { tellDone, tellFailure } from "@/app/tell";

const key = ["get", "/settings"];

/** Change some of the viewer's settings: shown at once, and taken back if the API refuses. */
export function useSaveSettings() {
  const queries = useQueryClient();
  const { mutate } = $api.useMutation("put", "/settings", {
    onMutate: async ({ body }) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueriesData({ queryKey: key });
      queries.setQueriesData<Schemas["SettingsAnswer"]>({ queryKey: key }, (held) =>
        held
          ? { ...held, region: body.region ?? held.region, email_digest: body.email_digest ?? held.email_digest }
          : held,
      );
      return before;
    },
    onError: (error, _, before) => {
      for (const [each, held] of (before ?? []) as ReturnType<typeof queries.getQueriesData>) {
        queries.setQueryData(each, held);
      }
      tellFailure("The setting was not saved", error);
    },
    onSuccess: (_, { body }) => {
      tellDone("Saved.");
      // Another country has other offers, and with them another guide.
      return queries.invalidateQueries(body.region ? undefined : { queryKey: key });
    },
  });
  return (body: Schemas["SettingsBody"]) => mutate({ body });
}
