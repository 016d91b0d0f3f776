import { Skeleton } from "@mantine/core";
import { useParams } from "@tanstack/react-router";

import { $api } from "@/api/client";
import { toApiError } from "@/api/errors";
import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";

import { MovieDetails } from "./MovieDetails";

/** A film of the library. */
export function MoviePage() {
  const { id = "" } = useParams({ strict: false });
  const { data, error, refetch } = $api.useQuery("get", "/movies/{movie_id}", { params: { path: { movie_id: id } } });
  if (error && toApiError(error).status === 404) {
    return (
      <Page title="No such film">
        <EmptyState
          title="This film is not in the library"
          action={<ButtonLink to="/library">To the library</ButtonLink>}
        >
          It may have been deleted, or an import of it undone.
        </EmptyState>
      </Page>
    );
  }
  if (data) return <MovieDetails key={data.id} movie={data} />;
  return (
    <Page title="Film">
      {error ? (
        <ErrorNotice error={error} what="The film could not be loaded" retry={() => void refetch()} />
      ) : (
        <div role="status" aria-label="Loading">
          <Skeleton height={330} />
        </div>
      )}
    </Page>
  );
}
