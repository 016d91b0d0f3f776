import { SegmentedControl } from "@mantine/core";

import { kindNames, kinds, type Kind } from "./kinds";

/** Chooses between all titles, films and series. */
export function KindField({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  return (
    <SegmentedControl
      aria-label="Films or series"
      data={kindNames.map((value) => ({ value, label: kinds[value].label }))}
      value={kind}
      onChange={(value) => onChange(value as Kind)}
    />
  );
}
