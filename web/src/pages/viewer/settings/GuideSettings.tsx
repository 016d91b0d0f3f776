import { Button, Group, NativeSelect, Pill, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { $api, type Schemas } from "@/api/client";
import { useGenres, useSources } from "@/api/reference";
import { ServiceLogo } from "@/components/ServiceLogo";
import { ErrorNotice } from "@/components/States";
import { countryName } from "@/app/words";

import classes from "../viewer.module.css";
import { Section } from "./Section";
import { useSaveSettings } from "./useSaveSettings";

/** What the guide is made of: the viewer's country, services and genres. */
export function GuideSettings({ settings }: { settings: Schemas["SettingsAnswer"] }) {
  const save = useSaveSettings();
  return (
    <Section title="Your guide" lead="Everything you see is chosen by these.">
      {settings.regions.length > 1 ? (
        <NativeSelect
          label="Country"
          description="Services and their offers differ from country to country."
          maw={360}
          data={settings.regions.map((code) => ({ value: code, label: countryName(code) }))}
          value={settings.region}
          onChange={(event) => save({ region: event.currentTarget.value })}
        />
      ) : (
        <Text size="sm">
          Country: <strong>{countryName(settings.region)}</strong>, the only one that is served here.
        </Text>
      )}
      <Chosen />
      <Group>
        <Button component={Link} to="/welcome" variant="default">
          Change services and genres
        </Button>
      </Group>
    </Section>
  );
}

function Chosen() {
  const { data, error, refetch } = $api.useQuery("get", "/preferences");
  const sources = useSources();
  const genres = useGenres();
  if (error) return <ErrorNotice error={error} what="Your choice could not be loaded" retry={() => void refetch()} />;
  if (!data || sources.isPending || genres.isPending) {
    return (
      <Stack gap="md" role="status" aria-label="Loading">
        <Skeleton height={62} />
        <Skeleton height={62} />
      </Stack>
    );
  }
  return (
    <>
      <Names
        label="Services"
        names={data.sources.map((id) => {
          const name = sources.byId.get(id)?.name ?? `Service ${id}`;
          return { id, name, icon: <ServiceLogo name={name} logo={sources.byId.get(id)?.logo ?? null} size={20} /> };
        })}
      />
      <Names
        label="Genres"
        names={data.genres.map((id) => ({ id, name: genres.byId.get(id)?.name ?? `Genre ${id}` }))}
      />
    </>
  );
}

function Names({ label, names }: { label: string; names: { id: string; name: string; icon?: ReactNode }[] }) {
  return (
    <div>
      <Text size="sm" fw={600} mb={6}>
        {label}
      </Text>
      {names.length ? (
        <Pill.Group role="list" aria-label={label}>
          {names.map(({ id, name, icon }) => (
            <Pill key={id} role="listitem" size="lg" className={classes.chip}>
              <Group gap={6} wrap="nowrap" component="span" lh={1} h="100%">
                {icon}
                {name}
              </Group>
            </Pill>
          ))}
        </Pill.Group>
      ) : (
        <Text size="sm" c="dimmed">
          You have chosen none yet.
        </Text>
      )}
    </div>
  );
}
