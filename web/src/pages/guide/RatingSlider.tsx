import { Slider, Text } from "@mantine/core";
import { useId } from "react";

import classes from "./BrowseFilters.module.css";
import { useDraft } from "./draft";

const marks = [
  { value: 0, label: "Any" },
  { value: 5, label: "5" },
  { value: 7, label: "7" },
  { value: 9, label: "9" },
];

/** The lowest rating that is shown; undefined for any. */
export function RatingSlider({ min, onChange }: { min?: number; onChange: (min: number | undefined) => void }) {
  const id = useId();
  const [draft, setDraft] = useDraft(min ?? 0);
  return (
    <div>
      <Text size="sm" fw={600} mb={6} id={id}>
        Lowest rating
      </Text>
      <Slider
        value={draft}
        onChange={setDraft}
        onChangeEnd={(value) => onChange(value || undefined)}
        min={0}
        max={9}
        step={0.5}
        label={(value) => value || "Any"}
        marks={marks}
        mb="lg"
        mx={8}
        classNames={{ markLabel: classes.mark }}
        thumbProps={{ "aria-labelledby": id }}
      />
    </div>
  );
}
