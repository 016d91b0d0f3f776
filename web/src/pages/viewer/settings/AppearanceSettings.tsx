import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";

import { Section } from "./Section";

const choices: { value: MantineColorScheme; label: string }[] = [
  { value: "auto", label: "As the device" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** Light or dark; kept in this browser alone. */
export function AppearanceSettings() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title="Appearance" lead="For this browser.">
      <SegmentedControl
        aria-label="Appearance"
        maw={420}
        data={choices}
        value={colorScheme}
        onChange={(value) => setColorScheme(value)}
      />
    </Section>
  );
}
