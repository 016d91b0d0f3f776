import { Button, Group, Text } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";

import { useAuth } from "@/auth/Auth";

import { Section } from "./Section";

/** Who is signed in, and the way out. */
export function AccountSettings() {
  const { email, signOut } = useAuth();
  return (
    <Section title="Account">
      <Group justify="space-between">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          Signed in as <strong>{email}</strong>
        </Text>
        <Button variant="default" leftSection={<IconLogout size={18} aria-hidden />} onClick={signOut}>
          Sign out
        </Button>
      </Group>
    </Section>
  );
}
