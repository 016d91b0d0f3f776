import { Group, Text } from "@mantine/core";
import { IconStarFilled } from "@tabler/icons-react";

import type { Schemas } from "@/api/client";
import { typeNames } from "@/components/Poster";

import classes from "./Facts.module.css";

interface Props {
  card: Pick<Schemas["HitAnswer"], "year" | "type" | "user_rating">;
  /** What else is said in the same line. */
  more?: (string | null | undefined)[];
}

/** Rating, year, type and more of a title in one line. */
export function Facts({ card, more = [] }: Props) {
  const words = [card.year, typeNames[card.type], ...more].filter(Boolean);
  return (
    <Group gap="xs" className={classes.facts}>
      {card.user_rating ? (
        <span className={classes.rating}>
          <IconStarFilled size={16} aria-hidden />
          <span role="img" aria-label={`Rated ${card.user_rating} of 10`}>
            {card.user_rating.toFixed(1)}
          </span>
        </span>
      ) : null}
      <Text span size="sm" inherit>
        {words.join(" · ")}
      </Text>
    </Group>
  );
}
