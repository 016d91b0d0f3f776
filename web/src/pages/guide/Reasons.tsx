import { Badge, Group } from "@mantine/core";
import { IconBulb } from "@tabler/icons-react";

import type { Schemas } from "@/api/client";

import classes from "./Reasons.module.css";

/** Why a title is recommended, the weightiest reason first. */
export function Reasons({ reasons, onDark }: { reasons: Schemas["ReasonAnswer"][]; onDark?: boolean }) {
  if (!reasons.length) return null;
  return (
    <Group component="ul" gap={6} className={classes.list} aria-label="Why">
      {reasons.map((reason) => (
        <li key={reason.text}>
          <Badge
            variant="light"
            size="lg"
            className={onDark ? classes.onDark : classes.reason}
            leftSection={<IconBulb size={14} aria-hidden />}
          >
            {reason.text}
          </Badge>
        </li>
      ))}
    </Group>
  );
}
