import { Group, Text } from "@mantine/core";
import { IconBookmarkFilled, IconCheck, IconStarFilled } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Schemas } from "@/api/client";
import { useSources } from "@/api/reference";

import { Poster, typeNames } from "./Poster";
import { ServiceLogo } from "./ServiceLogo";
import classes from "./TitleCard.module.css";

type Card = Pick<
  Schemas["CardAnswer"],
  "id" | "title" | "year" | "type" | "poster" | "user_rating" | "followed" | "watched" | "source_ids"
>;

const LOGOS = 3;

/** A title in a list: poster, name, rating and where it can be watched; all of it leads to its page. */
export function TitleCard({ card, note, eager }: { card: Card; note?: ReactNode; eager?: boolean }) {
  return (
    <article className={classes.card}>
      <div className={classes.frame}>
        <Poster src={card.poster} title={card.title} year={card.year} type={card.type} eager={eager} />
        <Services ids={card.source_ids} />
        {card.followed || card.watched ? (
          <span className={classes.mark}>
            {card.watched ? <IconCheck size={16} aria-label="Watched" /> : null}
            {card.followed ? <IconBookmarkFilled size={16} aria-label="Following" /> : null}
          </span>
        ) : null}
      </div>
      <Link to="/titles/$id" params={{ id: card.id }} className={classes.name}>
        {card.title}
      </Link>
      <Group gap={6} wrap="nowrap" className={classes.facts}>
        {card.user_rating ? (
          <span className={classes.rating}>
            <IconStarFilled size={12} aria-hidden />
            <span role="img" aria-label={`Rated ${card.user_rating} of 10`}>
              {card.user_rating.toFixed(1)}
            </span>
          </span>
        ) : null}
        <Text size="xs" c="dimmed" truncate>
          {[card.year, typeNames[card.type]].filter(Boolean).join(" · ")}
        </Text>
      </Group>
      {note ? (
        <Text size="xs" c="dimmed" lineClamp={2} component="div">
          {note}
        </Text>
      ) : null}
    </article>
  );
}

function Services({ ids }: { ids: string[] }) {
  const { byId } = useSources();
  const known = ids.map((id) => byId.get(id)).filter((source) => source !== undefined);
  if (!known.length) return null;
  return (
    <span className={classes.services}>
      {known.slice(0, LOGOS).map((source) => (
        <ServiceLogo key={source.id} name={source.name} logo={source.logo} size={26} label={`On ${source.name}`} />
      ))}
      {known.length > LOGOS ? <span className={classes.more}>+{known.length - LOGOS}</span> : null}
    </span>
  );
}
