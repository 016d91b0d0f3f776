import { Button, Collapse, Group, NativeSelect, SimpleGrid, Stack, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconSearch } from "@tabler/icons-react";

import type { MovieSearch } from "./search";
import { useDraft } from "./useDraft";
import { useGenreNames } from "./useGenreNames";

const PAUSE = 250;
const LEAST = [9, 8, 7, 6, 5];

interface Props {
  search: MovieSearch;
  change: (changed: Partial<MovieSearch>) => void;
}

/** The fields above the list of films. The API searches or filters, not both: a search sets the filters aside. */
export function MovieFilters({ search, change }: Props) {
  const [text, setText] = useDraft(search.q);
  const [isOpen, { toggle }] = useDisclosure(false);
  const searchSoon = useDebouncedCallback((q: string) => change({ q }), PAUSE);
  const active = [search.genre.length > 0, search.minRating !== null, search.year !== null].filter(Boolean).length;
  return (
    <Stack gap="sm">
      <Group gap="sm" wrap="nowrap" align="flex-end">
        <TextInput
          flex={1}
          type="search"
          label="Search by title"
          placeholder="Beginning of a title"
          leftSection={<IconSearch size={16} aria-hidden />}
          maxLength={255}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            searchSoon(event.currentTarget.value.trim());
          }}
        />
        <Button
          hiddenFrom="sm"
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}
          aria-expanded={isOpen}
          onClick={toggle}
        >
          Filters{active ? ` (${active})` : ""}
        </Button>
      </Group>
      <Collapse expanded={isOpen} hiddenFrom="sm">
        <Filters search={search} change={change} />
      </Collapse>
      <Stack visibleFrom="sm">
        <Filters search={search} change={change} />
      </Stack>
    </Stack>
  );
}

function Filters({ search, change }: Props) {
  const names = useGenreNames();
  const isAside = search.q !== "";
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
      <TagsInput
        label="Genres"
        description={isAside ? "Set aside while you search" : "Films of any of them"}
        placeholder={search.genre.length ? undefined : "Any genre"}
        data={names}
        value={search.genre}
        onChange={(genre) => change({ genre })}
        maxLength={100}
        disabled={isAside}
        clearable
        clearButtonProps={{ "aria-label": "Clear the genres" }}
      />
      <NativeSelect
        label="Rating"
        description={isAside ? "Set aside while you search" : "So good or better"}
        value={search.minRating ?? ""}
        onChange={(event) => {
          const { value } = event.currentTarget;
          change({ minRating: value ? Number(value) : null });
        }}
        disabled={isAside}
        data={[
          { value: "", label: "Any rating" },
          ...withCurrent(search.minRating).map((least) => ({ value: String(least), label: `${least} and better` })),
        ]}
      />
      <YearField search={search} change={change} />
    </SimpleGrid>
  );
}

function YearField({ search, change }: Props) {
  const [text, setText] = useDraft(search.year === null ? "" : String(search.year));
  const isAside = search.q !== "";
  return (
    <TextInput
      label="Year"
      description={isAside ? "Set aside while you search" : "Four digits"}
      placeholder="Any year"
      inputMode="numeric"
      maxLength={4}
      value={text}
      disabled={isAside}
      onChange={(event) => {
        const digits = event.currentTarget.value.replace(/\D/g, "");
        setText(digits);
        // Half a year is none: it would only make the list flicker.
        if (digits === "" || digits.length === 4) change({ year: digits ? Number(digits) : null });
      }}
    />
  );
}

/** What can be chosen, with what an address says even if that is not among it. */
const withCurrent = (least: number | null): number[] =>
  least === null || LEAST.includes(least) ? LEAST : [...LEAST, least].sort((a, b) => b - a);
