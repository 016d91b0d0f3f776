import { Group, Stack, Text, Title, type TitleProps } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";

interface Props {
  title: string;
  /** One sentence below the heading. */
  lead?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with its heading, which names the window and takes the focus when the page opens. */
export function Page({ title, lead, actions, children }: Props) {
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4}>
          <PageTitle title={title} />
          {lead ? <Text c="dimmed">{lead}</Text> : null}
        </Stack>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}

/** The heading alone, for a page that is laid out otherwise. */
export function PageTitle({ title, ...props }: { title: string } & Omit<TitleProps, "order" | "title">) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Marquee`;
  }, [title]);
  useEffect(() => {
    if (heading.current) receive(heading.current);
  }, []);
  return (
    <Title order={1} size="h2" {...props} ref={heading} tabIndex={-1}>
      {title}
    </Title>
  );
}

/** The page that is open, and whether its heading was given the focus. */
let opened: { path: string; wasGiven: boolean } | null = null;

/**
 * Give the focus to the heading of a page that was just come to. Not on the first page: the browser has put the focus
 * where the visitor wants it; and not while somebody types, as in the field of the search. A page that replaces its
 * heading while it loads has the focus given back.
 */
function receive(heading: HTMLElement): void {
  const here = document.activeElement;
  const path = window.location.pathname;
  const isNew = opened !== null && opened.path !== path;
  const isLost = opened?.path === path && opened.wasGiven && here === document.body;
  const gives = (isNew || isLost) && !here?.matches("input, textarea");
  if (gives) heading.focus({ preventScroll: true });
  opened = { path, wasGiven: gives || (opened?.path === path && opened.wasGiven) };
}
