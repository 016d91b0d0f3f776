import { Button, Checkbox, Group, Paper, Stack, Text } from "@mantine/core";
import { IconCheck, IconTrash } from "@tabler/icons-react";

import { failureKinds, failureStates } from "./inbox";
import classes from "./FailureList.module.css";
import { count, humanised } from "./format";
import { starter } from "./runs";
import { Sign } from "./Sign";
import type { Failure } from "./types";
import { When } from "./When";

interface Props {
  failures: readonly Failure[];
  chosen: readonly string[];
  choose: (ids: readonly string[]) => void;
  show: (id: string) => void;
}

/** Failures with their reasons, the latest first; open ones can be chosen. */
export function FailureList({ failures, chosen, choose, show }: Props) {
  const toggle = (id: string) => choose(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <ul className={classes.list}>
      {failures.map((failure) => (
        <li key={failure.id}>
          <Paper withBorder p="sm">
            <Group wrap="nowrap" align="flex-start" gap="sm">
              {failure.state === "open" ? (
                <Checkbox
                  mt={2}
                  aria-label={`Choose: ${failure.reason}`}
                  checked={chosen.includes(failure.id)}
                  onChange={() => toggle(failure.id)}
                />
              ) : null}
              <Stack gap={4} flex={1} miw={0}>
                <Text size="sm" className={classes.reason}>
                  {failure.reason}
                </Text>
                <FailureFacts failure={failure} />
                {failure.preview ? <div className={classes.preview}>{failure.preview}</div> : null}
                {failure.note ? (
                  <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                    “{failure.note}”
                  </Text>
                ) : null}
              </Stack>
              <Button
                variant="default"
                size="xs"
                flex="none"
                onClick={() => show(failure.id)}
                aria-label={`Details: ${failure.reason}`}
              >
                Details
              </Button>
            </Group>
          </Paper>
        </li>
      ))}
    </ul>
  );
}

function FailureFacts({ failure }: { failure: Failure }) {
  return (
    <Group gap="xs">
      <Sign color="gray">{failureKinds[failure.kind]}</Sign>
      {failure.state === "open" ? null : (
        <Sign
          color={failure.state === "replayed" ? "green" : "gray"}
          icon={failure.state === "replayed" ? IconCheck : IconTrash}
        >
          {failureStates[failure.state]}
          {failure.who ? ` by ${starter(failure.who)}` : ""}
        </Sign>
      )}
      <Text size="xs" c="dimmed">
        {humanised(failure.source)} · <When at={failure.last_at} />
        {failure.attempts > 1 ? ` · ${count(failure.attempts)} times` : ""}
      </Text>
    </Group>
  );
}
