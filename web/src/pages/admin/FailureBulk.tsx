import { Button, Checkbox, Group, Paper, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";

import type { Wanted } from "./inbox";
import { count, humanised } from "./format";
import type { Failure } from "./types";

// The API takes no more at once.
const MOST = 100;

interface Props {
  failures: readonly Failure[];
  chosen: readonly string[];
  choose: (ids: readonly string[]) => void;
  source: string | undefined;
  openOfSource: number;
  isBusy: boolean;
  replay: (wanted: Wanted) => void;
}

/** Chooses all that are shown, and replays the chosen, or all of a source however many there are. */
export function FailureBulk({ failures, chosen, choose, source, openOfSource, isBusy, replay }: Props) {
  const open = failures.filter((failure) => failure.state === "open").slice(0, MOST);
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" gap="sm">
        <Checkbox
          label={`Choose all shown (${count(open.length)})`}
          checked={open.length > 0 && chosen.length >= open.length}
          indeterminate={chosen.length > 0 && chosen.length < open.length}
          disabled={open.length === 0}
          onChange={(event) => choose(event.currentTarget.checked ? open.map((failure) => failure.id) : [])}
        />
        <Group gap="sm">
          {source ? (
            <Button
              variant="default"
              size="sm"
              loading={isBusy}
              disabled={openOfSource === 0}
              onClick={() => replay({ source })}
            >
              Replay all {count(openOfSource)} of {humanised(source)}
            </Button>
          ) : (
            <Text size="sm" c="dimmed">
              Choose a source to replay all of it.
            </Text>
          )}
          <Button
            size="sm"
            leftSection={<IconRepeat size={16} aria-hidden />}
            disabled={chosen.length === 0 || chosen.length > MOST}
            loading={isBusy}
            onClick={() => replay({ ids: [...chosen] })}
          >
            Replay chosen ({count(chosen.length)})
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
