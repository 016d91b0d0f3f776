import { VisuallyHidden } from "@mantine/core";

import { TextLink } from "@/components/Links";

import type { Params } from "@/app/params";

interface Props {
  to: "/recommendations" | "/arrivals" | "/browse";
  search?: Params;
  /** What all of it is, for who hears the link alone. */
  what: string;
}

/** The way from a row to the whole list. */
export function SeeAll({ to, search, what }: Props) {
  return (
    <TextLink to={to} search={search} size="sm" fw={600} style={{ whiteSpace: "nowrap" }}>
      See all<VisuallyHidden> of {what}</VisuallyHidden>
    </TextLink>
  );
}
