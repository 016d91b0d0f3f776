import { Badge, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { useAuth } from "@/auth/Auth";

import classes from "./Imports.module.css";
import { inShort, stateNames, type Import } from "./importStates";
import { dayAndTime } from "./words";

const places = { upload: "File", s3: "S3", drive: "Google Drive" };

/** An import in the list; who may see what it contains gets a link to it. */
export function ImportItem({ shown }: { shown: Import }) {
  const { userId, isAdmin } = useAuth();
  const isMine = shown.started_by === userId;
  return (
    <li className={classes.item}>
      <Group justify="space-between" gap="xs">
        {isMine || isAdmin ? (
          <Link to="/library/imports/$id" params={{ id: shown.id }} className={classes.name}>
            {shown.source.name}
          </Link>
        ) : (
          <span className={classes.name}>{shown.source.name}</span>
        )}
        <StateBadge state={shown.state} />
      </Group>
      <Text size="sm">{shown.problem ?? inShort(shown.counts)}</Text>
      <Text size="xs" c="dimmed">
        {places[shown.source.kind]} · {dayAndTime(shown.started_at)} · {isMine ? "by you" : "by another member"}
      </Text>
    </li>
  );
}

/** The state of an import, in words and colour. */
export function StateBadge({ state }: { state: Import["state"] }) {
  const { label, color } = stateNames[state];
  return (
    <Badge variant="dot" color={color} tt="none" size="lg">
      {label}
    </Badge>
  );
}
