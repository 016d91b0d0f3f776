import { Button, Select, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { $api, api, type Schemas } from "@/api/client";
import { ErrorNotice } from "@/components/States";

import { GenrePicker } from "./GenrePicker";
import classes from "./Picker.module.css";
import { ServicePicker } from "./ServicePicker";
import { counted, countryName } from "@/app/words";

interface Props {
  chosen: Schemas["PreferencesAnswer"];
  settings: Schemas["SettingsAnswer"];
  sources: Schemas["SourceAnswer"][];
  genres: Schemas["GenreAnswer"][];
  isNew: boolean;
}

interface Choice {
  region: string;
  sources: string[];
  genres: string[];
}

/** Chooses a country, its services and genres, and saves all of it at once. */
export function Picker({ chosen, settings, sources, genres, isNew }: Props) {
  const [choice, setChoice] = useState<Choice>({
    region: settings.region,
    sources: chosen.sources,
    genres: chosen.genres,
  });
  const save = useSave();
  const served = sources.filter((source) => source.regions.includes(choice.region));
  // What a country does not have stays unchosen there.
  const kept = choice.sources.filter((id) => served.some((source) => source.id === id));
  const missing = [kept.length ? null : "a service", choice.genres.length ? null : "a genre"].filter(Boolean);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing.length) return save.mutate({ ...choice, sources: kept });
        const section = event.currentTarget.querySelector(`[aria-labelledby=${kept.length ? "genres" : "services"}]`);
        section?.querySelector<HTMLElement>("input, button")?.focus();
      }}
    >
      {settings.regions.length > 1 ? (
        <Select
          label="Where do you watch?"
          description="Services and prices differ from country to country."
          data={settings.regions
            .map((region) => ({ value: region, label: countryName(region) }))
            .toSorted((a, b) => a.label.localeCompare(b.label, "en"))}
          value={choice.region}
          onChange={(region) => region && setChoice({ ...choice, region })}
          allowDeselect={false}
          searchable
          maw={340}
        />
      ) : null}
      <section aria-labelledby="services">
        <Title order={2} size="h4" id="services">
          Which services do you have?
        </Title>
        <ServicePicker
          sources={served}
          chosen={kept}
          country={countryName(choice.region)}
          autoFocus={isNew}
          onChange={(ids) => setChoice({ ...choice, sources: ids })}
        />
      </section>
      <section aria-labelledby="genres">
        <Title order={2} size="h4" id="genres">
          What do you like to watch?
        </Title>
        <GenrePicker genres={genres} chosen={choice.genres} onChange={(ids) => setChoice({ ...choice, genres: ids })} />
      </section>
      {save.error ? <ErrorNotice error={save.error} what="Your choice was not saved" /> : null}
      <div className={classes.bar}>
        <Text size="sm" fw={600} role="status">
          {missing.length
            ? `Choose at least ${missing.join(" and ")}.`
            : `${counted(kept.length, "service")}, ${counted(choice.genres.length, "genre")}`}
        </Text>
        {/* Not switched off: pressed too early, as by Enter in the field above, it leads to what is missing. */}
        <Button
          type="submit"
          size="md"
          aria-disabled={missing.length > 0}
          data-disabled={missing.length > 0 || undefined}
          loading={save.isPending}
        >
          {isNew ? "Show my guide" : "Save"}
        </Button>
      </div>
    </form>
  );
}

/** What the API makes of a viewer's country, services and genres. */
const made = new Set([
  "/titles",
  "/titles/{title_id}",
  "/titles/{title_id}/similar",
  "/recommendations",
  "/arrivals",
  "/search",
]);

function useSave() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ region, sources, genres }: Choice) => {
      await api.PUT("/settings", { body: { region } });
      await api.PUT("/preferences", { body: { sources, genres } });
    },
    onSuccess: async (_, { sources, genres }) => {
      // What was fetched before is of another choice.
      queries.removeQueries({ predicate: ({ queryKey }) => made.has(String(queryKey[1])) });
      await queries.invalidateQueries({ queryKey: ["get", "/settings"] });
      queries.setQueryData($api.queryOptions("get", "/preferences").queryKey, { sources, genres });
      await navigate({ to: "/" });
      notifications.show({ message: "Your guide is ready." });
    },
  });
}
