import { ActionIcon, Box, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconCalendarPlus, IconCheck, IconCircleMinus, IconCirclePlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

import type { Schemas } from "@/api/client";
import { useSources } from "@/api/reference";
import { Poster, typeNames } from "@/components/Poster";
import { ServiceLogo } from "@/components/ServiceLogo";

import { timeOf } from "./days";
import classes from "./viewer.module.css";
import { happened, saidBy } from "./words";

const icons = { arrived: IconCirclePlus, left: IconCircleMinus, new_season: IconCalendarPlus };

/** One notification: it leads to its title, which also marks it as read. */
export function NotificationItem({ item, read }: { item: Schemas["NotificationAnswer"]; read: () => void }) {
  const { byId } = useSources();
  const source = item.source_id ? byId.get(item.source_id) : undefined;
  const Icon = icons[item.kind];
  return (
    <li className={classes.item} data-unread={item.read ? undefined : true}>
      <div className={classes.thumb}>
        <Poster src={item.poster} title={item.title} plain />
      </div>
      <Box miw={0} flex={1}>
        <Text lh={1.35} fw={item.read ? undefined : 650}>
          {item.read ? null : <VisuallyHidden>Unread: </VisuallyHidden>}
          <Link to="/titles/$id" params={{ id: item.title_id }} className={classes.link} onClick={read}>
            {item.title}
          </Link>{" "}
          {happened(item)}
        </Text>
        <Text size="xs" c="dimmed" mt={4}>
          <Icon size={14} aria-hidden className={classes[item.kind]} />{" "}
          {[typeNames[item.type], item.year, timeOf(item.at), `says ${saidBy(item)}`].filter(Boolean).join(" · ")}
        </Text>
      </Box>
      {source ? <ServiceLogo name={source.name} logo={source.logo} size={32} /> : null}
      {item.read ? (
        <span className={classes.space} />
      ) : (
        <Tooltip label="Mark as read">
          <ActionIcon
            variant="subtle"
            size="lg"
            className={classes.above}
            aria-label={`Mark as read: ${item.title} ${happened(item)}`}
            onClick={(event) => {
              // The button goes away; the focus stays in its row.
              event.currentTarget.closest("li")?.querySelector("a")?.focus();
              read();
            }}
          >
            <IconCheck size={20} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}
