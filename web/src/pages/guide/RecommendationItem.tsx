import { Group, Text, Title } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { useSources } from "@/api/reference";
import { TextLink } from "@/components/Links";
import { Poster } from "@/components/Poster";
import { ServiceLogo } from "@/components/ServiceLogo";

import { Facts } from "./Facts";
import { QuickMarks } from "./QuickMarks";
import { Reasons } from "./Reasons";
import classes from "./Recommendations.module.css";

/** A recommendation with its reasons, and what can be said of it at once. */
export function RecommendationItem({ recommendation: card }: { recommendation: Schemas["RecommendationAnswer"] }) {
  const { byId } = useSources();
  const services = card.on.map((id) => byId.get(id)).filter((source) => source !== undefined);
  return (
    <li className={classes.item} data-done={card.hidden || card.watched || undefined}>
      <div className={classes.poster}>
        <Poster src={card.poster} title={card.title} year={card.year} type={card.type} />
      </div>
      <div className={classes.words}>
        <Title order={2} size="h4" className={classes.title}>
          <TextLink to="/titles/$id" params={{ id: card.id }} inherit c="inherit">
            {card.title}
          </TextLink>
        </Title>
        <Group gap="sm">
          <Facts card={card} />
          {services.map((source) => (
            <ServiceLogo key={source.id} name={source.name} logo={source.logo} size={26} label={`On ${source.name}`} />
          ))}
        </Group>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {card.plot_overview}
        </Text>
        <Reasons reasons={card.reasons} />
        <QuickMarks title={card} />
      </div>
    </li>
  );
}
