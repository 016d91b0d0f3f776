import { Button, CloseButton, Group, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

import { $api } from "@/api/client";

import { oneOf, useAddress } from "./address";
import { counted } from "./format";
import { holding, levels, type Level } from "./logging";
import { LogLines } from "./LogLines";
import { Loaded, Panel } from "./Panel";

const LIMIT = 200;
const spans = ["5", "15", "60"] as const;

/** What one function has logged of late; nothing while none is chosen. */
export function FunctionLogs({ names }: { names: string[] }) {
  const [address, change] = useAddress("function", "minutes", "level");
  const heading = useRef<HTMLHeadingElement>(null);
  const name = address.function;
  useEffect(() => {
    // Opened from the table below, which may be far away; not when the page itself opens, or another one is chosen here.
    const from = document.activeElement;
    if (from?.closest("table")) heading.current?.focus();
  }, [name]);
  if (!name) return null;
  const minutes = oneOf(spans, address.minutes) ?? "15";
  const level = oneOf(levels, address.level);
  return (
    <Panel
      heading={heading}
      title={`Log of ${name}`}
      actions={
        <CloseButton
          aria-label="Close the log"
          onClick={() => change({ function: null, minutes: null, level: null })}
        />
      }
    >
      <Stack>
        <Group align="flex-end">
          <Select
            label="Function"
            data={[...new Set([name, ...names])].sort()}
            value={name}
            onChange={(value) => change({ function: value ?? name })}
            allowDeselect={false}
            searchable
          />
          <Select
            label="Level"
            data={[...levels]}
            value={level ?? null}
            onChange={(value) => change({ level: value })}
            placeholder="All"
            clearable
            clearButtonProps={{ "aria-label": "Show all levels" }}
          />
          <SegmentedControl
            aria-label="How far back"
            data={spans.map((each) => ({ value: each, label: `${each} min` }))}
            value={minutes}
            onChange={(value) => change({ minutes: value })}
          />
        </Group>
        <Lines name={name} minutes={Number(minutes)} level={level} key={name} />
      </Stack>
    </Panel>
  );
}

function Lines({ name, minutes, level }: { name: string; minutes: number; level: Level | undefined }) {
  const [text, setText] = useState("");
  // Asked by POST, and put down in the audit: only when somebody wants to see it.
  const query = $api.useQuery(
    "post",
    "/admin/system/lambdas/logs",
    { body: { function: name, minutes, limit: LIMIT, ...(level ? { level } : {}) } },
    { refetchOnWindowFocus: false, refetchOnReconnect: false },
  );
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput
          label="Only lines with"
          type="search"
          placeholder="A word or the id of a request"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          flex={1}
          miw={180}
          maw={420}
        />
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={query.isFetching}
          onClick={() => void query.refetch()}
        >
          Read again
        </Button>
      </Group>
      <Loaded query={query} lines={8} lineHeight={30}>
        {({ lines }) => {
          const shown = holding(lines, text);
          return (
            <>
              <Text size="sm" c="dimmed" role="status">
                {shown.length
                  ? `${counted(shown.length, "line")}${lines.length >= LIMIT ? `, of the newest ${LIMIT}` : ""}`
                  : lines.length
                    ? "No line holds that. Try another word."
                    : "Nothing was logged then. Look further back, or at all levels."}
              </Text>
              <LogLines lines={shown} only={setText} />
            </>
          );
        }}
      </Loaded>
    </Stack>
  );
}
