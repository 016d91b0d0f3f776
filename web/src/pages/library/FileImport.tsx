import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { ApiError } from "@/api/errors";
import { ErrorNotice } from "@/components/States";

import { FileDrop } from "./FileDrop";
import { fileProblem, importFile } from "./upload";
import { fileSize } from "./words";

/** Imports a file: brings it to its place, telling how far it is, and goes to the preview. */
export function FileImport() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [share, setShare] = useState(0);
  const { mutate, reset, variables, isPending, error } = useMutation({
    mutationFn: async (file: File) => {
      setShare(0);
      const problem = fileProblem(file);
      if (problem) throw new ApiError(400, "unusable_file", problem);
      return importFile(file, setShare);
    },
    onSuccess: (id) => void navigate({ to: "/library/imports/$id", params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["get", "/imports"] }),
  });
  if (error) {
    return (
      <Stack>
        <ErrorNotice
          error={error}
          what={`${variables?.name ?? "The file"} was not imported`}
          retry={mayGoTheNextTime(error) ? () => variables && mutate(variables) : undefined}
        />
        <Button variant="default" w="fit-content" onClick={reset}>
          Choose another file
        </Button>
      </Stack>
    );
  }
  return isPending && variables ? <Uploading file={variables} share={share} /> : <FileDrop take={mutate} />;
}

function Uploading({ file, share }: { file: File; share: number }) {
  const shown = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone.
  useEffect(() => shown.current?.focus(), []);
  return (
    <Stack ref={shown} tabIndex={-1} style={{ outline: "none" }}>
      <Group justify="space-between">
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {file.name}
        </Text>
        <Text size="sm" c="dimmed">
          {fileSize(file.size)}
        </Text>
      </Group>
      <Progress value={Math.round(share * 100)} size="lg" aria-label="Uploading" />
      <Text role="status" size="sm" c="dimmed">
        {share < 1 ? "Uploading. Please stay on this page." : "Uploaded. Its first rows are being read."}
      </Text>
    </Stack>
  );
}

const mayGoTheNextTime = (error: unknown): boolean => !(error instanceof ApiError) || error.status !== 400;
