import { Box, Group, MultiSelect, NativeSelect, SegmentedControl, Text, type ComboboxItem } from "@mantine/core";

import { $api } from "@/api/client";
import { useSources } from "@/api/reference";
import { ServiceLogo } from "@/components/ServiceLogo";

import { PERIODS, USUAL_PERIOD, type ArrivalsSearch } from "./arrivals";
import classes from "./viewer.module.css";

interface Props {
  search: ArrivalsSearch;
  change: (next: ArrivalsSearch) => void;
}

const kinds = [
  { value: "", label: "All" },
  { value: "arrived", label: "Arrived" },
  { value: "left", label: "Left" },
];
const periods = PERIODS.map((days) => ({
  value: String(days),
  label: days === 365 ? "The last year" : `The last ${days} days`,
}));

/** What the list of arrivals is to show: arrivals or departures, on which services, since when. */
export function ArrivalFilters({ search, change }: Props) {
  return (
    <Group align="end" gap="md">
      <div>
        <Text size="sm" fw={500} id="kind-of-change" mb={2}>
          Show
        </Text>
        <SegmentedControl
          aria-labelledby="kind-of-change"
          data={kinds}
          value={search.kind ?? ""}
          onChange={(kind) => change({ kind: kind === "arrived" || kind === "left" ? kind : undefined })}
        />
      </div>
      <NativeSelect
        label="Since"
        data={periods}
        value={String(search.days ?? USUAL_PERIOD)}
        onChange={(event) => {
          const days = Number(event.currentTarget.value);
          change({ days: PERIODS.find((each) => each === days && each !== USUAL_PERIOD) });
        }}
      />
      <Box className={classes.grow}>
        <Services chosen={search.source ?? []} change={(source) => change({ source })} />
      </Box>
    </Group>
  );
}

function Services({ chosen, change }: { chosen: string[]; change: (source: string[] | undefined) => void }) {
  const { sources, byId } = useSources();
  const { data: preferences } = $api.useQuery("get", "/preferences");
  const { data: settings } = $api.useQuery("get", "/settings");
  const mine = new Set(preferences?.sources);
  const here = sources
    .filter(({ regions }) => !settings || regions.includes(settings.region))
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <MultiSelect
      label="Services"
      placeholder={chosen.length ? undefined : "All of mine"}
      data={[
        { group: "My services", items: here.filter(({ value }) => mine.has(value)) },
        { group: "Other services", items: here.filter(({ value }) => !mine.has(value)) },
      ].filter(({ items }) => items.length)}
      value={chosen.filter((id) => byId.has(id))}
      onChange={(source) => change(source.length ? source : undefined)}
      renderOption={({ option }) => <Service option={option} logo={byId.get(option.value)?.logo ?? null} />}
      nothingFoundMessage="There is no such service in your country"
      searchable
      clearable
      hidePickedOptions
      clearButtonProps={{ "aria-label": "All of my services again" }}
    />
  );
}

function Service({ option, logo }: { option: ComboboxItem; logo: string | null }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <ServiceLogo name={option.label} logo={logo} size={24} />
      {option.label}
    </Group>
  );
}
