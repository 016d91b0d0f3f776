import { Paper, SegmentedControl, Stack, Title } from "@mantine/core";
import { useState } from "react";

import { useAuth } from "@/auth/Auth";

import { FileImport } from "./FileImport";
import { FolderImport } from "./FolderImport";

const places = [
  { value: "upload", label: "A file" },
  { value: "s3", label: "S3" },
  { value: "drive", label: "Google Drive" },
] as const;

/** Begins an import: of a file, for operators also of a folder elsewhere. */
export function NewImport() {
  const { isAdmin } = useAuth();
  const [place, setPlace] = useState<(typeof places)[number]["value"]>("upload");
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="new-import">
      <Stack>
        <Title order={2} size="h4" id="new-import">
          New import
        </Title>
        {isAdmin ? (
          <SegmentedControl
            aria-label="Where from"
            w="fit-content"
            data={[...places]}
            value={place}
            onChange={setPlace}
          />
        ) : null}
        {place === "upload" ? <FileImport /> : <FolderImport key={place} kind={place} />}
      </Stack>
    </Paper>
  );
}
