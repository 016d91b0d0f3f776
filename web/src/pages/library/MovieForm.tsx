import { Button, Group, NumberInput, SimpleGrid, Stack, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect, useId, type ReactNode } from "react";

import type { Schemas } from "@/api/client";
import { ErrorNotice } from "@/components/States";

import { movieBody, movieErrors, refusedFields, type MovieValues } from "./movieFields";
import { useGenreNames } from "./useGenreNames";

interface Props {
  initial: MovieValues;
  submitLabel: string;
  isSending: boolean;
  /** Why the last try was refused; what it says of a field stands at the field. */
  error: unknown;
  submit: (body: Schemas["MovieBody"]) => void;
  /** More buttons. */
  children?: ReactNode;
}

/** The fields of a film, checked as the API checks them. */
export function MovieForm({ initial, submitLabel, isSending, error, submit, children }: Props) {
  const names = useGenreNames();
  const id = useId();
  const form = useForm<MovieValues>({ initialValues: initial, validate: movieErrors });
  const { setErrors } = form;
  const refused = error ? refusedFields(error) : {};

  useEffect(() => {
    if (error) setErrors(refusedFields(error));
  }, [error, setErrors]);

  return (
    <form
      id={id}
      noValidate
      onSubmit={form.onSubmit(
        (values) => submit(movieBody(values)),
        (errors) => {
          const wrong = Object.keys(errors)[0];
          document.getElementById(id)?.querySelector<HTMLElement>(`[data-path="${wrong}"]`)?.focus();
        },
      )}
    >
      <Stack maw={640}>
        {error && !Object.keys(refused).length ? <ErrorNotice error={error} what="The film was not taken" /> : null}
        <TextInput
          label="Title"
          required
          data-autofocus
          key={form.key("title")}
          {...form.getInputProps("title")}
          data-path="title"
        />
        <TagsInput
          label="Genres"
          description="One to ten; Enter after each"
          required
          data={names}
          maxTags={10}
          acceptValueOnBlur
          {...form.getInputProps("genres")}
          data-path="genres"
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label="Rating"
            description="0 to 10, one decimal; may stay empty"
            step={0.5}
            min={0}
            max={10}
            clampBehavior="none"
            {...form.getInputProps("rating")}
            data-path="rating"
          />
          <NumberInput
            label="Year"
            description="Of its first release; may stay empty"
            min={1900}
            max={2100}
            clampBehavior="none"
            allowDecimal={false}
            thousandSeparator=""
            {...form.getInputProps("year")}
            data-path="year"
          />
          <TextInput
            label="IMDb id"
            description="Such as tt0133093; may stay empty"
            {...form.getInputProps("imdb_id")}
            data-path="imdb_id"
          />
          <NumberInput
            label="TMDB id"
            description="Such as 603; may stay empty"
            min={1}
            clampBehavior="none"
            allowDecimal={false}
            thousandSeparator=""
            hideControls
            {...form.getInputProps("tmdb_id")}
            data-path="tmdb_id"
          />
        </SimpleGrid>
        <Group>
          <Button type="submit" loading={isSending}>
            {submitLabel}
          </Button>
          {children}
        </Group>
      </Stack>
    </form>
  );
}
