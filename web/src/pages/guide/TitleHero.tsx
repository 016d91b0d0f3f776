import { Badge, Button, Group, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";

import type { Schemas } from "@/api/client";
import { useGenres } from "@/api/reference";
import { ButtonLink } from "@/components/Links";
import { PageTitle } from "@/components/Page";
import { hueOf, Poster } from "@/components/Poster";

import { Facts } from "./Facts";
import { MarkButtons } from "./MarkButtons";
import classes from "./TitleHero.module.css";
import { counted, dayOf, languageName, runtimeOf } from "@/app/words";

type Title = Schemas["TitleAnswer"];

/** What a title is and what the viewer says of it, before its backdrop. */
export function TitleHero({ title }: { title: Title }) {
  const { byId } = useGenres();
  return (
    <div className={classes.stage} style={{ "--hue": hueOf(title.title) } as React.CSSProperties}>
      <Backdrop src={title.backdrop} />
      <div className={classes.poster}>
        <Poster src={title.poster} title={title.title} year={title.year} type={title.type} eager />
      </div>
      <div className={classes.words}>
        <PageTitle title={title.title} className={classes.title} />
        <Facts card={title} more={[title.certification, lengthOf(title)]} />
        {title.genre_ids.length ? (
          <Group component="ul" gap={6} className={classes.genres} aria-label="Genres">
            {title.genre_ids.map((id) => (
              <li key={id}>
                <ButtonLink
                  to="/browse"
                  search={{ genre: [id] }}
                  size="compact-sm"
                  radius="xl"
                  className={classes.genre}
                >
                  {byId.get(id)?.name ?? "Genre"}
                </ButtonLink>
              </li>
            ))}
          </Group>
        ) : null}
        <Text className={classes.plot}>{title.plot_overview ?? "Nobody has told the story yet."}</Text>
        <MarkButtons title={title} />
        <More title={title} />
      </div>
    </div>
  );
}

function lengthOf({ runtime_minutes, seasons }: Title): string | null {
  if (seasons) return counted(seasons, "season");
  return runtime_minutes ? runtimeOf(runtime_minutes) : null;
}

function More({ title }: { title: Title }) {
  const facts = [
    title.release_date ? `Released ${dayOf(title.release_date)}` : null,
    title.original_language ? `In ${languageName(title.original_language)}` : null,
    title.networks.length ? `From ${title.networks.join(", ")}` : null,
  ].filter(Boolean);
  return (
    <Group gap="sm" className={classes.more}>
      {title.critic_score ? (
        <Badge size="lg" variant="filled" color="dark.5" tt="none">
          Critics {Math.round(title.critic_score)} of 100
        </Badge>
      ) : null}
      <Text size="sm">{facts.join(" · ")}</Text>
      {title.trailer?.startsWith("https://") ? (
        <Button
          component="a"
          href={title.trailer}
          target="_blank"
          rel="noreferrer"
          size="compact-sm"
          className={classes.genre}
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
        >
          Trailer
        </Button>
      ) : null}
    </Group>
  );
}

/** The wide picture; without one, or when it cannot be loaded, the stage keeps its own colours. */
function Backdrop({ src }: { src: string | null }) {
  const [failed, setFailed] = useState<string | null>(null);
  if (!src || failed === src) return null;
  return <img src={src} alt="" className={classes.backdrop} onError={() => setFailed(src)} />;
}
