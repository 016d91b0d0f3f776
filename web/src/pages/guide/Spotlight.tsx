import { Button, Group, Text, Title } from "@mantine/core";
import { IconBookmark, IconBookmarkFilled } from "@tabler/icons-react";

import type { Schemas } from "@/api/client";
import { useMarks } from "@/api/marks";
import { useGenres, useSources } from "@/api/reference";
import { ButtonLink } from "@/components/Links";
import { hueOf, Poster } from "@/components/Poster";
import { ServiceLogo } from "@/components/ServiceLogo";

import { Facts } from "./Facts";
import { Reasons } from "./Reasons";
import classes from "./Spotlight.module.css";

/** The first recommendation, large, with all that speaks for it. */
export function Spotlight({ recommendation: card }: { recommendation: Schemas["RecommendationAnswer"] }) {
  const { byId } = useSources();
  const genres = useGenres();
  const { setFollowed } = useMarks(card.id);
  const services = card.on.map((id) => byId.get(id)).filter((source) => source !== undefined);
  const names = card.genre_ids.map((id) => genres.byId.get(id)?.name).filter(Boolean);
  return (
    <section
      className={classes.stage}
      aria-labelledby="spotlight"
      style={{ "--hue": hueOf(card.title) } as React.CSSProperties}
    >
      {card.poster ? <img src={card.poster} alt="" className={classes.blur} /> : null}
      <div className={classes.poster}>
        <Poster src={card.poster} title={card.title} year={card.year} type={card.type} eager />
      </div>
      <div className={classes.words}>
        <Text size="sm" fw={700} tt="uppercase" className={classes.kicker}>
          Tonight for you
        </Text>
        <Title order={2} id="spotlight" className={classes.title}>
          {card.title}
        </Title>
        <Group gap="sm">
          <Facts card={card} />
          <Text span size="sm" fw={550} visibleFrom="sm">
            {names.join(" · ")}
          </Text>
          {services.map((source) => (
            <ServiceLogo key={source.id} name={source.name} logo={source.logo} size={26} label={`On ${source.name}`} />
          ))}
        </Group>
        <Text className={classes.plot} lineClamp={3}>
          {card.plot_overview}
        </Text>
        <Reasons reasons={card.reasons} onDark />
        <Group gap="xs" mt="xs">
          <ButtonLink to="/titles/$id" params={{ id: card.id }} color="lamp.4">
            Where to watch
          </ButtonLink>
          <Button
            variant="white"
            color="dark.9"
            aria-pressed={card.followed}
            leftSection={
              card.followed ? <IconBookmarkFilled size={18} aria-hidden /> : <IconBookmark size={18} aria-hidden />
            }
            onClick={() => setFollowed(!card.followed)}
          >
            {card.followed ? "Following" : "Follow"}
          </Button>
        </Group>
      </div>
    </section>
  );
}
