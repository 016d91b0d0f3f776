import { Box, Button, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";

import { useMarks } from "@/api/marks";
import { TitleCard } from "@/components/TitleCard";
import { dayOf } from "@/app/words";

import type { List, Marked } from "./lists";
import { listWords } from "./listWords";
import classes from "./viewer.module.css";

interface Props {
  list: List;
  card: Marked;
  /** Whether it is in the list still. */
  isOn: boolean;
  /** Called before it is taken out. */
  keep: () => void;
}

/** A title of a list, with a button that takes it out and then puts it back. */
export function MarkedCard({ list, card, isOn, keep }: Props) {
  const { setFollowed, setWatched, setHidden, rate } = useMarks(card.id);
  const { since, takeOut, putBack } = listWords[list];
  const set = {
    following: setFollowed,
    watched: setWatched,
    hidden: setHidden,
    rated: (on: boolean) => rate(on ? (card.rating ?? null) : null),
  }[list];
  return (
    <div className={classes.marked}>
      <Box className={isOn ? undefined : classes.gone}>
        <TitleCard
          card={card}
          note={
            <>
              {card.rating ? (
                <Text span inherit fw={650} c="var(--mantine-color-text)">
                  You: {card.rating} of 10 ·{" "}
                </Text>
              ) : null}
              {since} {dayOf(card.at)}
            </>
          }
        />
      </Box>
      <Button
        variant={isOn ? "default" : "light"}
        size="compact-sm"
        mt={6}
        fullWidth
        leftSection={isOn ? undefined : <IconArrowBackUp size={16} aria-hidden />}
        aria-label={`${isOn ? takeOut : putBack}: ${card.title}`}
        onClick={() => {
          keep();
          set(!isOn);
        }}
      >
        {isOn ? takeOut : putBack}
      </Button>
    </div>
  );
}
