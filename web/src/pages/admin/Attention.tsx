import { List, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";

import { TextLink } from "@/components/Links";

import type { Point } from "./needs";
import { count } from "./format";
import { Note } from "./Note";

interface Props {
  points: Point[];
  /** Whether all has come that is looked at. */
  isComplete: boolean;
  hasFailed: boolean;
}

/** Says first whether all is well; that only when everything is known. */
export function Attention({ points, isComplete, hasFailed }: Props) {
  if (points.length) {
    return (
      <Note
        role="status"
        color="yellow"
        icon={<IconAlertTriangle aria-hidden />}
        title={points.length === 1 ? "One thing needs you" : `${count(points.length)} things need you`}
      >
        <List size="sm">
          {points.map(({ text, to }) => (
            <List.Item key={text}>
              {text}{" "}
              <TextLink to={to} inherit underline="always" aria-label={`Look at it: ${text}`}>
                Look at it
              </TextLink>
            </List.Item>
          ))}
        </List>
      </Note>
    );
  }
  if (isComplete) {
    return (
      <Note role="status" color="green" icon={<IconCircleCheck aria-hidden />} title="All is well">
        Data is fresh, nothing waits in the inbox, and all providers are in use.
      </Note>
    );
  }
  // Below each part says what could not be loaded.
  return hasFailed ? null : <Skeleton height={78} role="status" aria-label="Loading" />;
}
