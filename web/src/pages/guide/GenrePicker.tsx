import { Button, Chip, Group } from "@mantine/core";

import type { Schemas } from "@/api/client";

import classes from "./Picker.module.css";

interface Props {
  genres: Schemas["GenreAnswer"][];
  chosen: string[];
  onChange: (ids: string[]) => void;
}

/** Genres to tick; all of them at once for who does not want to choose. */
export function GenrePicker({ genres, chosen, onChange }: Props) {
  const isAll = chosen.length === genres.length;
  return (
    <div className={classes.choices}>
      <div>
        <Button variant="default" size="xs" onClick={() => onChange(isAll ? [] : genres.map((genre) => genre.id))}>
          {isAll ? "Choose none" : "Choose all genres"}
        </Button>
      </div>
      <Chip.Group multiple value={chosen} onChange={onChange}>
        <Group gap="xs" role="group" aria-labelledby="genres">
          {genres.map((genre) => (
            <Chip key={genre.id} value={genre.id} size="sm" variant="light">
              {genre.name}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </div>
  );
}
