import { Button, Group } from "@mantine/core";
import { IconX } from "@tabler/icons-react";

import type { Active, Filters } from "./filters";

interface Props {
  active: Active[];
  /** The filters with none set. */
  none: Filters;
  onChange: (filters: Filters) => void;
}

/** What narrows the list, each with the way to take it back. */
export function ActiveFilters({ active, none, onChange }: Props) {
  if (!active.length) return null;
  return (
    <Group gap={8} role="group" aria-label="Active filters">
      {active.map(({ key, label, without }) => (
        <Button
          key={key}
          variant="light"
          size="compact-md"
          radius="xl"
          rightSection={<IconX size={14} aria-hidden />}
          aria-label={`Take away: ${label}`}
          onClick={() => onChange(without)}
        >
          {label}
        </Button>
      ))}
      {active.length > 1 ? (
        <Button variant="subtle" size="compact-md" onClick={() => onChange(none)}>
          Clear all
        </Button>
      ) : null}
    </Group>
  );
}
