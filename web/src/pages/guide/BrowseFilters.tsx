import { Checkbox, Chip, Fieldset, Group, SegmentedControl, Stack, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { TextLink } from "@/components/Links";
import { ServiceLogo } from "@/components/ServiceLogo";

import classes from "./BrowseFilters.module.css";
import type { Filters } from "./filters";
import { RatingSlider } from "./RatingSlider";
import { typeChoices } from "@/app/words";
import { YearFields } from "./YearFields";

interface Props {
  filters: Filters;
  sources: Schemas["SourceAnswer"][];
  genres: Schemas["GenreAnswer"][];
  onChange: (filters: Filters) => void;
}

/** All that narrows the list: among the viewer's own services and genres, because the list is made of those. */
export function BrowseFilters({ filters, sources, genres, onChange }: Props) {
  return (
    <Stack gap="lg">
      <Fieldset legend="Services" variant="unstyled" className={classes.set}>
        <Stack gap={4}>
          {sources.map((source) => (
            <label key={source.id} className={classes.service}>
              <Checkbox
                checked={filters.sources.includes(source.id)}
                onChange={() => onChange({ ...filters, sources: toggled(filters.sources, source.id) })}
              />
              <ServiceLogo name={source.name} logo={source.logo} size={26} />
              <Text span size="sm" fw={550}>
                {source.name}
              </Text>
            </label>
          ))}
        </Stack>
      </Fieldset>
      <Fieldset legend="Type" variant="unstyled" className={classes.set}>
        <Chips
          choices={typeChoices}
          chosen={filters.types}
          onChange={(types) => onChange({ ...filters, types: types as Filters["types"] })}
        />
      </Fieldset>
      <Fieldset legend="Genres" variant="unstyled" className={classes.set}>
        <Stack gap="xs">
          <Chips
            choices={genres.map(({ id, name }) => ({ value: id, label: name }))}
            chosen={filters.genres}
            onChange={(ids) => onChange({ ...filters, genres: ids })}
          />
          {filters.genres.length > 1 ? (
            <SegmentedControl
              aria-label="Titles of how many of these genres"
              size="xs"
              data={[
                { value: "any", label: "Any of them" },
                { value: "all", label: "All of them" },
              ]}
              value={filters.match}
              onChange={(match) => onChange({ ...filters, match: match as Filters["match"] })}
            />
          ) : null}
        </Stack>
      </Fieldset>
      <YearFields from={filters.from} to={filters.to} onChange={({ from, to }) => onChange({ ...filters, from, to })} />
      <RatingSlider min={filters.min} onChange={(min) => onChange({ ...filters, min })} />
      <Fieldset legend="Show also" variant="unstyled" className={classes.set}>
        <Group gap="md">
          {(["watched", "hidden"] as const).map((shown) => (
            <Checkbox
              key={shown}
              label={shown === "watched" ? "Watched" : "Hidden"}
              checked={filters.include.includes(shown)}
              onChange={() => onChange({ ...filters, include: toggled(filters.include, shown) })}
            />
          ))}
        </Group>
      </Fieldset>
      <TextLink to="/welcome" size="sm">
        Change services and genres
      </TextLink>
    </Stack>
  );
}

interface ChipsProps {
  choices: { value: string; label: string }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

function Chips({ choices, chosen, onChange }: ChipsProps) {
  return (
    <Chip.Group multiple value={chosen} onChange={onChange}>
      <Group gap={6}>
        {choices.map(({ value, label }) => (
          <Chip key={value} value={value} size="xs" variant="light">
            {label}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function toggled<T>(items: T[], item: T): T[] {
  return items.includes(item) ? items.filter((each) => each !== item) : [...items, item];
}
