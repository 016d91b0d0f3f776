import { Radio, Stack } from "@mantine/core";

import type { Schemas } from "@/api/client";

import { Section } from "./Section";
import { useSaveSettings } from "./useSaveSettings";

type Digest = Schemas["SettingsAnswer"]["email_digest"];

const choices: { value: Digest; label: string; description: string }[] = [
  { value: "off", label: "No e-mails", description: "You find everything under Notifications." },
  { value: "daily", label: "Daily", description: "On days on which something has happened." },
  { value: "weekly", label: "Weekly", description: "What happened in the week, if anything did." },
];

/** How often the viewer gets an e-mail of what happened; left out where Marquee can send none. */
export function EmailSettings({ settings }: { settings: Schemas["SettingsAnswer"] }) {
  const save = useSaveSettings();
  if (!settings.email_available) return null;
  return (
    <Section title="E-mail" lead="News of the titles you follow, in one e-mail.">
      <Radio.Group
        aria-label="How often"
        value={settings.email_digest}
        onChange={(chosen) => {
          const choice = choices.find(({ value }) => value === chosen);
          if (choice) save({ email_digest: choice.value });
        }}
      >
        <Stack gap="sm">
          {choices.map((choice) => (
            <Radio key={choice.value} {...choice} />
          ))}
        </Stack>
      </Radio.Group>
    </Section>
  );
}
