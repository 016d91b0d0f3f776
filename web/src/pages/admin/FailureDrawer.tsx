import { Button, Code, CopyButton, Drawer, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRepeat } from "@tabler/icons-react";
import { useState } from "react";

import { $api } from "@/api/client";
import { ErrorNotice } from "@/components/States";

import { Facts } from "./Facts";
import { failureKinds, failureStates, useDiscard, useReplay } from "./inbox";
import { count, humanised, plain, setOut, when } from "./format";
import { Loaded } from "./Panel";
import { starter } from "./runs";
import type { WholeFailure } from "./types";

/** One failure whole, with what failed, to replay or to discard; closed while there is no `id`. */
export function FailureDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="lg" title="Failure">
      {id ? <Inside id={id} onClose={onClose} /> : null}
    </Drawer>
  );
}

function Inside({ id, onClose }: { id: string; onClose: () => void }) {
  const query = $api.useQuery("get", "/admin/failures/{failure_id}", { params: { path: { failure_id: id } } });
  return (
    <Loaded query={query} lines={4} lineHeight={110}>
      {(failure) => <Whole failure={failure} onClose={onClose} />}
    </Loaded>
  );
}

function Whole({ failure, onClose }: { failure: WholeFailure; onClose: () => void }) {
  const attributes = Object.entries(failure.attributes);
  const payload = setOut(failure.payload);
  return (
    <Stack>
      <Title order={3} size="h5" style={{ overflowWrap: "anywhere" }}>
        {failure.reason}
      </Title>
      <Facts
        facts={[
          ["State", failureStates[failure.state] + (failure.who ? ` by ${starter(failure.who)}` : "")],
          ["Kind", failureKinds[failure.kind]],
          ["Source", humanised(failure.source)],
          ["First failed", when(failure.first_at)],
          ["Last failed", when(failure.last_at)],
          ["Times", count(failure.attempts)],
          ...(failure.note ? ([["Note", failure.note]] as const) : []),
        ]}
      />
      {failure.state === "open" ? <Decide id={failure.id} onClose={onClose} /> : null}
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={3} size="h6">
            What failed
          </Title>
          <CopyButton value={payload}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" onClick={copy} disabled={!payload}>
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="sm" c="dimmed">
          What names a viewer is left out.
        </Text>
        <Code
          block
          mah="50vh"
          style={{ overflow: "auto", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
          tabIndex={0}
        >
          {payload || "Nothing was kept."}
        </Code>
      </Stack>
      {attributes.length ? (
        <Stack gap="xs">
          <Title order={3} size="h6">
            Attributes
          </Title>
          <Facts facts={attributes.map(([name, value]) => [name, plain(value)])} />
        </Stack>
      ) : null}
    </Stack>
  );
}

function Decide({ id, onClose }: { id: string; onClose: () => void }) {
  const [note, setNote] = useState<string | null>(null);
  const done = (message: string) => () => {
    notifications.show({ message, color: "green" });
    onClose();
  };
  const replay = useReplay(done("The failure was replayed."));
  const discard = useDiscard(done("The failure was discarded."));
  const error = replay.error ?? discard.error;
  return (
    <Stack gap="sm">
      {error ? (
        <ErrorNotice error={error} what={replay.error ? "It was not replayed" : "It was not discarded"} />
      ) : null}
      {note === null ? (
        <Group>
          <Button
            leftSection={<IconRepeat size={16} aria-hidden />}
            loading={replay.isPending}
            onClick={() => {
              discard.reset();
              replay.mutate(id);
            }}
          >
            Replay
          </Button>
          <Button variant="default" onClick={() => setNote("")} disabled={replay.isPending}>
            Discard …
          </Button>
        </Group>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            replay.reset();
            if (note.trim()) discard.mutate({ id, note: note.trim() });
          }}
        >
          <Stack gap="sm">
            <Textarea
              label="Why it is discarded"
              description="Whoever looks at it later reads this."
              required
              autoFocus
              maxLength={1000}
              rows={3}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Group>
              <Button type="submit" color="red" loading={discard.isPending} disabled={!note.trim()}>
                Discard
              </Button>
              <Button variant="default" onClick={() => setNote(null)}>
                Cancel
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
