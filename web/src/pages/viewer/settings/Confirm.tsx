import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  isOpen: boolean;
  title: string;
  /** What the button that does it says. */
  action: string;
  isBusy: boolean;
  close: () => void;
  confirm: () => void;
  children: ReactNode;
}

/** Asks before something is done that cannot be taken back. */
export function Confirm({ isOpen, title, action, isBusy, close, confirm, children }: Props) {
  return (
    <Modal opened={isOpen} onClose={close} title={title} centered>
      <Stack>
        <Text size="sm">{children}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={isBusy} onClick={confirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
