import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { $api, type Schemas } from "@/api/client";
import { ErrorNotice } from "@/components/States";

import { chosenMapping, differs, fieldNames, fields, shownMapping, type Mapping } from "./mapping";

const SCALES = [
  { value: "5", label: "5" },
  { value: "10", label: "10" },
  { value: "100", label: "100" },
];

interface Props {
  id: string;
  /** What was chosen before, in place of what was recognised. */
  chosen: Mapping;
  preview: Schemas["PreviewAnswer"];
  /** Told once the new choice is taken, because the form is then gone. */
  done: () => void;
}

/** Says which column is what; the preview is then made anew. */
export function MappingForm({ id, chosen, preview, done }: Props) {
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(() => shownMapping(preview.mapping));
  const choose = $api.useMutation("put", "/imports/{import_id}/mapping", {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["get", "/imports/{import_id}"] });
      done();
    },
  });
  const set = (key: string) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setWanted((before) => ({ ...before, [key]: value }));
  };
  const hasGenre = Boolean(wanted.genres) || Boolean(wanted.default_genre?.trim());
  const isChanged = differs(preview.mapping, wanted);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        choose.mutate({
          params: { path: { import_id: id } },
          body: { mapping: chosenMapping(chosen, preview.mapping, wanted) },
        });
      }}
    >
      <Stack>
        {choose.error ? <ErrorNotice error={choose.error} what="The columns were not changed" /> : null}
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          {fields.map((field) => (
            <NativeSelect
              key={field}
              label={fieldNames[field]}
              required={field === "title"}
              value={wanted[field]}
              error={field === "genres" && !hasGenre ? "Every film needs one: choose, or name one for all" : null}
              onChange={set(field)}
              data={[
                { value: "", label: field === "title" ? "Choose a column" : "No column" },
                ...preview.columns.map((column) => ({ value: column, label: column })),
              ]}
            />
          ))}
          <NativeSelect label="Its best rating is" value={wanted.rating_of} onChange={set("rating_of")} data={SCALES} />
          <TextInput
            label="Genre of films without one"
            placeholder="Such rows fail"
            maxLength={100}
            value={wanted.default_genre}
            onChange={set("default_genre")}
          />
        </SimpleGrid>
        <Group>
          <Button type="submit" variant="default" disabled={!isChanged || !wanted.title} loading={choose.isPending}>
            Read it again like this
          </Button>
          {isChanged ? (
            <Text size="sm" c="dimmed">
              The preview below still shows it as it was.
            </Text>
          ) : null}
        </Group>
      </Stack>
    </form>
  );
}
