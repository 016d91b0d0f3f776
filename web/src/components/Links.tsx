import { Anchor, Badge, Button, type AnchorProps, type BadgeProps, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

// Mantine's `component={Link}` loses what the router knows of each route's params and search.
type Own<Props> = Props & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

/** A link to a page that looks like a button. */
export const ButtonLink = createLink((props: Own<ButtonProps>) => <Button component="a" {...props} />);

/** A link to a page that looks like text. */
export const TextLink = createLink((props: Own<AnchorProps>) => <Anchor {...props} />);

/** A link to a page that looks like a badge. */
export const BadgeLink = createLink((props: Own<BadgeProps>) => <Badge component="a" {...props} />);
