import { Badge } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props {
  /** Of the sign alone: the words keep the colour of the text, so that they can be read on any ground. */
  color: "green" | "yellow" | "red" | "blue" | "gray";
  icon?: Icon;
  children: ReactNode;
}

/** A state as a word with a sign in its colour. */
export function Sign({ color, icon: Icon, children }: Props) {
  return (
    <Badge
      variant="default"
      tt="none"
      leftSection={Icon ? <Icon size={14} aria-hidden color={`var(--mantine-color-${color}-filled)`} /> : null}
    >
      {children}
    </Badge>
  );
}
