import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { TextLink } from "@/components/Links";
import { ErrorNotice } from "@/components/States";

import { Note } from "./Note";
import { RunOptions } from "./RunOptions";
import { kinds, problems, runUnderWay, start, startable, usual, type Kind } from "./runs";

interface Props {
  /** The kind that is chosen at first; null while the dialog is closed. */
  kind: Kind | null;
  onClose: () => void;
}

/** Asks what to run and how, starts it, and leads to the run. */
export function RunDialog({ kind, onClose }: Props) {
  return (
    <Modal opened={kind !== null} onClose={onClose} title="Start a job">
      {kind ? <RunForm first={kind} onClose={onClose} /> : null}
    </Modal>
  );
}

function RunForm({ first, onClose }: { first: Kind; onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [kind, setKind] = useState(first);
  const [options, setOptions] = useState(usual);
  const run = useMutation({
    mutationFn: () => start(kind, options),
    onSuccess: (id) => {
      void queries.invalidateQueries({ queryKey: ["get", "/admin/jobs"] });
      onClose();
      void navigate({ to: "/admin/jobs/$id", params: { id } });
    },
  });
  const wrong = problems(kind, options);
  const isReady = Object.keys(wrong).length === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) run.mutate();
      }}
    >
      <Stack>
        <Select
          label="Job"
          data={startable.map((each) => ({ value: each, label: kinds[each].label }))}
          value={kind}
          onChange={(chosen) => {
            setKind((chosen as Kind | null) ?? kind);
            run.reset();
          }}
          allowDeselect={false}
          comboboxProps={{ withinPortal: true }}
          data-autofocus
        />
        <Text size="sm" c="dimmed">
          {kinds[kind].does}
        </Text>
        <RunOptions
          kind={kind}
          options={options}
          wrong={wrong}
          change={(changes) => setOptions({ ...options, ...changes })}
        />
        {run.error ? <Refused error={run.error} onClose={onClose} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={run.isPending} disabled={!isReady}>
            Start
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Refused({ error, onClose }: { error: unknown; onClose: () => void }) {
  const id = runUnderWay(error);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone it may come below what can be seen.
    box.current?.scrollIntoView({ block: "nearest" });
  }, [error]);
  return (
    <div ref={box}>
      {id ? <UnderWay id={id} onClose={onClose} /> : <ErrorNotice error={error} what="It was not started" />}
    </div>
  );
}

function UnderWay({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Note role="alert" color="yellow" icon={<IconInfoCircle aria-hidden />} title="The same is running already">
      It cannot run twice at once.{" "}
      <TextLink to="/admin/jobs/$id" params={{ id }} onClick={onClose} underline="always" inherit>
        See the run that is under way
      </TextLink>
    </Note>
  );
}
