import { Button, Modal, Stack, Text } from "@mantine/core";

import { useAuth } from "./Auth";

/** Said when a session has ended by itself: signing in again leads back to the page that is open. */
export function Expired() {
  const { hasExpired, signIn } = useAuth();
  return (
    <Modal
      opened={hasExpired}
      onClose={() => undefined}
      withCloseButton={false}
      title="Your session has ended"
      centered
    >
      <Stack>
        <Text size="sm">Sign in again to go on where you were.</Text>
        <Button onClick={() => signIn()} data-autofocus>
          Sign in again
        </Button>
      </Stack>
    </Modal>
  );
}
