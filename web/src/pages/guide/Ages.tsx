import { Anchor, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";

import { ago } from "@/app/words";

/** How old each part of a title's page is, and whom it is from. */
export function Ages({ title }: { title: Schemas["TitleAnswer"] }) {
  const { listing, watchmode, tmdb } = title.as_of;
  const parts = [
    `Listed ${ago(listing)}`,
    watchmode ? `offers and details ${ago(watchmode)}` : "no details yet",
    tmdb ? `cast and facts ${ago(tmdb)}` : "nothing from TMDB yet",
  ];
  const links = [
    title.imdb_id ? { name: "IMDb", href: `https://www.imdb.com/title/${title.imdb_id}/` } : null,
    title.tmdb_id ? { name: "TMDB", href: `https://www.themoviedb.org/${title.tmdb_type}/${title.tmdb_id}` } : null,
  ].filter((link) => link !== null);
  return (
    <Text size="sm" c="dimmed" component="div">
      {parts.join(", ")}. {title.attribution}
      {links.length ? " See also " : null}
      {links.map(({ name, href }, index) => (
        <span key={name}>
          {index ? " and " : null}
          <Anchor href={href} target="_blank" rel="noreferrer" inherit underline="always">
            {name}
          </Anchor>
        </span>
      ))}
      {links.length ? "." : null}
    </Text>
  );
}
