import { Badge, Button, Group, Text, VisuallyHidden } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";

import { useSources } from "@/api/reference";
import { ServiceLogo } from "@/components/ServiceLogo";

import classes from "./Offers.module.css";
import type { Way } from "./offers";
import { ago, counted, listed } from "@/app/words";

const providerNames: Record<string, string> = { watchmode: "WatchMode", tmdb: "JustWatch at TMDB" };

interface Props {
  way: Way;
  /** What pressing the link does. */
  verb: string;
  /** The title's name. */
  title: string;
}

/** One service that has a title: what it costs, who says so, and the way there. */
export function OfferCard({ way, verb, title }: Props) {
  const { byId } = useSources();
  const providers = listed(way.providers.map((provider) => providerNames[provider] ?? provider));
  return (
    <li className={classes.way} data-mine={way.isMine || undefined}>
      <ServiceLogo name={way.name} logo={byId.get(way.sourceId)?.logo ?? null} size={48} />
      <div>
        <Group gap={6}>
          <Text fw={650}>{way.name}</Text>
          {way.isMine ? (
            <Badge size="sm" variant="light" tt="none">
              Yours
            </Badge>
          ) : null}
          {way.isDisputed ? (
            <Badge size="sm" variant="outline" color="gray" tt="none" className={classes.disputed}>
              Disputed
            </Badge>
          ) : null}
        </Group>
        <Group gap={10}>
          {way.options.map(({ format, price }) => (
            <Text key={`${format} ${price}`} size="sm">
              {price === null ? format : [format, price.toFixed(2)].filter(Boolean).join(" ")}
            </Text>
          ))}
          {way.seasons ? <Text size="sm">{counted(way.seasons, "season")}</Text> : null}
        </Group>
      </div>
      {way.url ? (
        <Button
          component="a"
          href={way.url}
          target="_blank"
          rel="noreferrer"
          size="xs"
          variant={way.isMine ? "filled" : "default"}
          rightSection={<IconExternalLink size={14} aria-hidden />}
        >
          {way.isDirect ? verb : "See at TMDB"}
          <VisuallyHidden>
            {" "}
            {title}
            {way.isDirect ? ` on ${way.name}` : null}, opens a new tab
          </VisuallyHidden>
        </Button>
      ) : null}
      <Text size="xs" c="dimmed" className={classes.meta}>
        {way.isDisputed ? `Only ${providers} says so, ` : `${providers}, `}
        <time dateTime={way.lastSeen}>{ago(way.lastSeen)}</time>
      </Text>
    </li>
  );
}
