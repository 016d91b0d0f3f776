import { Anchor } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { useAuth } from "@/auth/Auth";
import { TextLink } from "@/components/Links";

import classes from "./MoviePage.module.css";
import { day } from "./words";

const IMPORT = "import:";

/** The year of a film, where it came from, and where else it is known. */
export function MovieFacts({ movie }: { movie: Schemas["MovieAnswer"] }) {
  const { userId, isAdmin } = useAuth();
  const isMine = movie.added_by === userId;
  const importId = movie.source.startsWith(IMPORT) ? movie.source.slice(IMPORT.length) : null;
  return (
    <dl className={classes.facts}>
      <dt>Year</dt>
      <dd>{movie.year ?? "Unknown"}</dd>
      <dt>Added</dt>
      <dd>
        {day(movie.created_at)} by {isMine ? "you" : "another member"}
        {importId ? (
          <>
            , with{" "}
            {isMine || isAdmin ? (
              <TextLink to="/library/imports/$id" params={{ id: importId }} size="sm" underline="always">
                an import
              </TextLink>
            ) : (
              "an import"
            )}
          </>
        ) : null}
      </dd>
      {movie.updated_at === movie.created_at ? null : (
        <>
          <dt>Changed</dt>
          <dd>{day(movie.updated_at)}</dd>
        </>
      )}
      {movie.imdb_id || movie.tmdb_id ? (
        <>
          <dt>Elsewhere</dt>
          <dd>
            {movie.imdb_id ? <Elsewhere name="IMDb" url={`https://www.imdb.com/title/${movie.imdb_id}/`} /> : null}
            {movie.imdb_id && movie.tmdb_id ? " · " : null}
            {movie.tmdb_id ? <Elsewhere name="TMDB" url={`https://www.themoviedb.org/movie/${movie.tmdb_id}`} /> : null}
          </dd>
        </>
      ) : null}
    </dl>
  );
}

function Elsewhere({ name, url }: { name: string; url: string }) {
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" size="sm" underline="always">
      {name}
    </Anchor>
  );
}
