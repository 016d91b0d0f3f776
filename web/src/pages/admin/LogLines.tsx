import { Anchor, Box, Group, Text } from "@mantine/core";

import { Facts } from "./Facts";
import { plain, timeOfDay, when } from "./format";
import classes from "./LogLines.module.css";
import type { LogLine } from "./types";

/** Lines of a log, with their fields behind a fold; `only` shows those of one request. */
export function LogLines({ lines, only }: { lines: readonly LogLine[]; only: (requestId: string) => void }) {
  return (
    // It scrolls by itself, so the keyboard has to reach it.
    <Box component="ul" className={classes.lines} tabIndex={0} aria-label="Lines of the log">
      {lines.map((line, index) => (
        <li key={`${line.at} ${index}`} className={classes.line} data-level={line.level}>
          <Group gap="xs">
            <time dateTime={line.at} title={when(line.at)}>
              {timeOfDay(line.at)}
            </time>
            {line.level ? <span className={classes.level}>{line.level}</span> : null}
            {line.request_id ? (
              <Anchor
                component="button"
                type="button"
                size="xs"
                aria-label={`Only lines of request ${line.request_id}`}
                onClick={() => only(line.request_id ?? "")}
              >
                {line.request_id.slice(0, 8)}
              </Anchor>
            ) : null}
          </Group>
          <div className={classes.message}>{line.message}</div>
          <Fields fields={line.fields} />
        </li>
      ))}
    </Box>
  );
}

function Fields({ fields }: { fields: Record<string, unknown> }) {
  const entries = Object.entries(fields);
  if (!entries.length) return null;
  return (
    <details className={classes.fields}>
      <summary>
        <Text span size="xs" inherit>
          {entries.map(([name]) => name).join(", ")}
        </Text>
      </summary>
      <Facts facts={entries.map(([name, value]) => [name, plain(value)])} />
    </details>
  );
}
