import { Button, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { $api } from "@/api/client";
import { ErrorNotice } from "@/components/States";

import { folderProblem, folderSource, type FolderKind } from "./folders";

const texts = {
  s3: {
    label: "Prefix in S3",
    description: "How the names of the files begin, below imports/ in the bucket of uploads",
    placeholder: "2026/",
  },
  drive: {
    label: "Folder of Google Drive",
    description: "Its address or its id; with all that is in it. Drive has to be set up for this environment.",
    placeholder: "https://drive.google.com/drive/folders/…",
  },
};

/** Imports what lies in a folder elsewhere; for operators. */
export function FolderImport({ kind }: { kind: FolderKind }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { where: "" },
    validate: { where: (where) => folderProblem(kind, where) },
  });
  const make = $api.useMutation("post", "/imports", {
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ["get", "/imports"] });
      void navigate({ to: "/library/imports/$id", params: { id } });
    },
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ where }) => make.mutate({ body: { source: folderSource(kind, where) } }))}
    >
      <Stack maw={560}>
        {make.error ? <ErrorNotice error={make.error} what="The import was not made" /> : null}
        <TextInput required {...texts[kind]} {...form.getInputProps("where")} />
        <Button type="submit" w="fit-content" loading={make.isPending}>
          Read the first rows
        </Button>
      </Stack>
    </form>
  );
}
