import { Stack, Title } from "@mantine/core";
import { useRef, useState } from "react";

import { $api, type Schemas } from "@/api/client";
import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";

import { ChangeStatus } from "./ChangeStatus";
import { emptyMovie } from "./movieFields";
import { MovieForm } from "./MovieForm";

/** Adds films, one after the other, and tells what becomes of each. */
export function AddMovie() {
  const [asked, setAsked] = useState<{ id: string; title: string }[]>([]);
  const add = $api.useMutation("post", "/movies");
  const form = useRef<HTMLDivElement>(null);
  // What is sent again after a failure is the same request, so that it cannot be done twice.
  const attempt = useRef<{ body: string; key: string } | null>(null);

  const submit = (body: Schemas["MovieBody"]) => {
    const text = JSON.stringify(body);
    if (attempt.current?.body !== text) attempt.current = { body: text, key: crypto.randomUUID() };
    add.mutate(
      { body, params: { header: { "idempotency-key": attempt.current.key } } },
      {
        onSuccess: ({ id }) => {
          attempt.current = null;
          setAsked((before) => [{ id, title: body.title }, ...before]);
          // The form is made anew for the next film.
          requestAnimationFrame(() => form.current?.querySelector("input")?.focus());
        },
      },
    );
  };

  return (
    <Page
      title="Add a film"
      lead="Everybody who is signed in sees it. A film that is there already is not added twice."
    >
      <div ref={form}>
        <MovieForm
          key={asked.length}
          initial={emptyMovie}
          submitLabel={asked.length ? "Add another" : "Add the film"}
          isSending={add.isPending}
          error={add.error}
          submit={submit}
        >
          <ButtonLink to="/library" variant="subtle">
            To the library
          </ButtonLink>
        </MovieForm>
      </div>
      {asked.length ? (
        <Stack gap="sm" maw={640}>
          <Title order={2} size="h4">
            Added just now
          </Title>
          {asked.map((each) => (
            <ChangeStatus key={each.id} {...each} />
          ))}
        </Stack>
      ) : null}
    </Page>
  );
}
