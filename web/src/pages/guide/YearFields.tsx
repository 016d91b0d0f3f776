import { Fieldset, Group, NumberInput } from "@mantine/core";

import classes from "./BrowseFilters.module.css";
import { useDraft } from "./draft";
import { YEARS } from "./filters";

interface Years {
  from?: number;
  to?: number;
}

/** The first and the last year; taken when a field is left or Enter is pressed. */
export function YearFields({ from, to, onChange }: Years & { onChange: (years: Years) => void }) {
  const [first, setFirst] = useDraft(from);
  const [last, setLast] = useDraft(to);
  const isReversed = first !== undefined && last !== undefined && first > last;
  const take = () => {
    if (!isReversed && (first !== from || last !== to)) onChange({ from: first, to: last });
  };
  const field = (label: string, value: number | undefined, set: (year: number | undefined) => void) => (
    <NumberInput
      label={label}
      value={value ?? ""}
      onChange={(year) => set(typeof year === "number" ? year : undefined)}
      onBlur={take}
      onKeyDown={(event) => event.key === "Enter" && take()}
      min={YEARS.first}
      max={YEARS.last}
      allowDecimal={false}
      hideControls
      error={isReversed ? "Ends before it begins" : undefined}
      w={104}
    />
  );
  return (
    <Fieldset legend="Years" variant="unstyled" className={classes.set}>
      <Group gap="xs" align="flex-start">
        {field("From", first, setFirst)}
        {field("To", last, setLast)}
      </Group>
    </Fieldset>
  );
}
