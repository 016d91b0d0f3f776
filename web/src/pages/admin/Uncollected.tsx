import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";

import { counted } from "./format";

interface Props {
  messages: number;
  isBusy: boolean;
  replay: () => void;
}

/** One line for all that the archive could not collect: it is replayed together. */
export function Uncollected({ messages, isBusy, replay }: Props) {
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} flex={1} miw={200}>
          <Text size="sm" fw={600}>
            About {counted(messages, "message")} of ids that the archive could not collect
          </Text>
          <Text size="xs" c="dimmed">
            Archive collector · up to 100 ids each; they are replayed together.
          </Text>
        </Stack>
        <Button
          variant="default"
          size="sm"
          leftSection={<IconRepeat size={16} aria-hidden />}
          loading={isBusy}
          onClick={replay}
        >
          Replay all of the archive
        </Button>
      </Group>
    </Paper>
  );
}
