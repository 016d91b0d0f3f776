import { Group, Loader, Paper, Stack, Text, Title } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { usePreferences } from "@/api/preferences";
import { useSources } from "@/api/reference";
import { ServiceLogo } from "@/components/ServiceLogo";

import { OfferCard } from "./OfferCard";
import classes from "./Offers.module.css";
import { groupsOf } from "./offers";
import { countryName, dayOf } from "@/app/words";

type TitleAnswer = Schemas["TitleAnswer"];

/** Where a title can be watched, by the way it is paid for, and where it no longer can. */
export function Offers({ title, isWaiting }: { title: TitleAnswer; isWaiting: boolean }) {
  const { data } = usePreferences();
  const groups = groupsOf(title.offers, data?.sources ?? []);
  const region = title.offers[0]?.region;
  return (
    <section aria-labelledby="offers">
      <Group gap="md" align="baseline" mb="md">
        <Title order={2} size="h3" id="offers">
          Where to watch
        </Title>
        {region ? <Text c="dimmed">{countryName(region)}</Text> : null}
        <Group gap="xs" role="status">
          {isWaiting ? (
            <>
              <Loader size="xs" aria-hidden />
              <Text size="sm">Looking up prices and links. They appear here when they come.</Text>
            </>
          ) : null}
        </Group>
      </Group>
      <Stack gap="lg">
        {groups.map((group) => (
          <div key={group.key}>
            <Title order={3} size="h5" mb="xs">
              {group.title}
            </Title>
            <ul className={classes.ways}>
              {group.ways.map((way) => (
                <OfferCard key={way.sourceId} way={way} verb={group.verb} title={title.title} />
              ))}
            </ul>
          </div>
        ))}
        {groups.length ? null : (
          <Paper p="md" withBorder>
            <Text fw={600}>Nobody offers it in your country now.</Text>
            <Text size="sm" c="dimmed">
              Follow the title, and you will hear when it arrives on one of your services.
            </Text>
          </Paper>
        )}
        <Left left={title.left} />
      </Stack>
    </section>
  );
}

function Left({ left }: { left: TitleAnswer["left"] }) {
  const { byId } = useSources();
  if (!left.length) return null;
  return (
    <div>
      <Title order={3} size="h5" mb="xs">
        No longer on
      </Title>
      <ul className={classes.left}>
        {left.map((each) => {
          const name = each.name ?? "a service";
          return (
            <li key={each.source_id}>
              <ServiceLogo name={name} logo={byId.get(each.source_id)?.logo ?? null} size={28} />
              <Text size="sm">
                {name}, left {dayOf(each.left_at)}
              </Text>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
