import { Button, Popover, Stack, Text, type ButtonProps } from "@mantine/core";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { useState } from "react";

import classes from "./RatingButton.module.css";

const scale = Array.from({ length: 10 }, (_, index) => index + 1);

interface Props extends ButtonProps {
  rating: number | null;
  /** The title's name. */
  name: string;
  onRate: (rating: number | null) => void;
}

/** The viewer's own rating: opens the scale from 1 to 10, and the way to take a rating back. */
export function RatingButton({ rating, name, onRate, ...button }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const say = (next: number | null) => {
    onRate(next);
    setIsOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setIsOpen} trapFocus returnFocus position="bottom" shadow="lg" withArrow>
      <Popover.Target>
        <Button
          {...button}
          leftSection={rating ? <IconStarFilled size={18} aria-hidden /> : <IconStar size={18} aria-hidden />}
          onClick={() => setIsOpen(!isOpen)}
        >
          {rating ? `Your rating: ${rating}` : "Rate"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Rate ${name}`}>
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            How good is it, 1 to 10?
          </Text>
          <div className={classes.scale}>
            {scale.map((value) => (
              <Button
                key={value}
                variant={value === rating ? "filled" : "light"}
                aria-label={`${value} of 10`}
                aria-pressed={value === rating}
                px={0}
                data-autofocus={value === (rating ?? 8) || undefined}
                onClick={() => say(value)}
              >
                {value}
              </Button>
            ))}
          </div>
          {rating ? (
            <Button variant="subtle" color="gray" size="xs" onClick={() => say(null)}>
              Take my rating back
            </Button>
          ) : null}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
