import { Button, FileButton, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useState, type DragEvent } from "react";

import classes from "./FileDrop.module.css";
import { ENDINGS } from "./upload";

/** Where a file is dropped, or chosen by a button for who does not drag. */
export function FileDrop({ take }: { take: (file: File) => void }) {
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  };
  return (
    <div
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <IconFileUpload size={36} aria-hidden />
      <Text fw={600}>Drop a file here</Text>
      <FileButton
        onChange={(file) => file && take(file)}
        accept={ENDINGS.map((ending) => `.${ending}`).join(",")}
        inputProps={{ "aria-label": "File to import" }}
      >
        {(props) => <Button {...props}>Choose a file</Button>}
      </FileButton>
      <Text size="sm" c="dimmed" maw={520}>
        CSV, TSV, JSON or NDJSON of up to 50 MB. Exports of IMDb, Letterboxd, Netflix, TMDB and MovieLens are
        recognised. You see what would be added before anything is.
      </Text>
    </div>
  );
}
