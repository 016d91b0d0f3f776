import { ActionIcon, Group, Skeleton, Title } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useId, useRef, type ReactNode } from "react";

import classes from "./TitleRow.module.css";

interface Props {
  title: ReactNode;
  /** A link to all of it. */
  more?: ReactNode;
  /** Cards; each is an item of the list. */
  children: ReactNode[];
}

/** A row of cards that goes on to the right: by wheel, finger, keyboard or the two buttons. */
export function TitleRow({ title, more, children }: Props) {
  const id = useId();
  const strip = useRef<HTMLUListElement>(null);
  const turn = (direction: number) => {
    const list = strip.current;
    list?.scrollBy({ left: direction * list.clientWidth * 0.85, behavior: "smooth" });
  };
  return (
    <section aria-labelledby={id}>
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Group gap={4} wrap="nowrap">
          {more}
          <Group gap={4} wrap="nowrap" visibleFrom="sm">
            <ActionIcon variant="subtle" color="gray" aria-label="Scroll back" onClick={() => turn(-1)}>
              <IconChevronLeft size={18} aria-hidden />
            </ActionIcon>
            <ActionIcon variant="subtle" color="gray" aria-label="Scroll on" onClick={() => turn(1)}>
              <IconChevronRight size={18} aria-hidden />
            </ActionIcon>
          </Group>
        </Group>
      </Group>
      <ul className={classes.strip} ref={strip}>
        {children.map((child, index) => (
          <li key={index}>{child}</li>
        ))}
      </ul>
    </section>
  );
}

/** Where a row will be. */
export function TitleRowSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton height={24} width={200} mb="xs" />
      <div className={classes.strip}>
        {Array.from({ length: 8 }, (_, index) => (
          <CardSkeleton key={index} />
        ))}
      </div>
    </div>
  );
}

/** Where a card will be: as high as a card, so that nothing moves when it comes. */
export function CardSkeleton() {
  return (
    <div>
      <Skeleton className={classes.poster} radius="md" />
      <Skeleton height={14} mt={8} width="80%" />
      <Skeleton height={11} mt={8} width="50%" />
    </div>
  );
}
