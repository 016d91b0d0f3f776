import { Checkbox, Group, Input, NumberInput, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { useId } from "react";

import { idsIn, type Kind, type Options, type problems } from "./runs";

interface Props {
  kind: Kind;
  options: Options;
  wrong: ReturnType<typeof problems>;
  change: (changes: Partial<Options>) => void;
}

/** What one can ask of a run of a kind; nothing for kinds that have nothing to choose. */
export function RunOptions({ kind, options, wrong, change }: Props) {
  switch (kind) {
    case "reference":
      return (
        <Checkbox.Group label="What to fetch" error={wrong.genres}>
          <Group mt="xs">
            <Checkbox
              label="Services"
              checked={options.sources}
              onChange={(event) => change({ sources: event.currentTarget.checked })}
            />
            <Checkbox
              label="Genres"
              checked={options.genres}
              onChange={(event) => change({ genres: event.currentTarget.checked })}
            />
          </Group>
        </Checkbox.Group>
      );
    case "enrichment":
      return (
        <Textarea
          label="Titles"
          description="Their ids, parted by commas or lines; without any, all that wait for details."
          error={wrong.titleIds ?? null}
          value={options.titleIds}
          onChange={(event) => change({ titleIds: event.currentTarget.value })}
          inputWrapperOrder={["label", "description", "input", "error"]}
          rows={3}
          placeholder="3173903, 1350564"
          rightSection={idsIn(options.titleIds).length || null}
        />
      );
    case "tmdb_cache":
      return (
        <Choice
          label="Which lists"
          value={options.schedule}
          onChange={(schedule) => change({ schedule })}
          data={[
            { value: "daily", label: "Daily" },
            { value: "weekly", label: "Weekly" },
            { value: "full", label: "All" },
          ]}
        />
      );
    case "archive":
      return <HarvestOptions options={options} wrong={wrong} change={change} />;
    case "library_recount":
      return (
        <Checkbox
          label="Put wrong figures right"
          description="Otherwise they are only reported."
          checked={options.repair}
          onChange={(event) => change({ repair: event.currentTarget.checked })}
        />
      );
    default:
      return null;
  }
}

function HarvestOptions({ options, wrong, change }: Omit<Props, "kind">) {
  const hasDays = options.mode === "differential" && options.scope !== "exports";
  return (
    <Stack>
      <Choice
        label="How much"
        value={options.mode}
        onChange={(mode) => change({ mode })}
        data={[
          { value: "differential", label: "What has changed" },
          { value: "full", label: "Everything" },
        ]}
      />
      <Choice
        label="Where ids come from"
        value={options.scope}
        onChange={(scope) => change({ scope })}
        data={[
          { value: "both", label: "Both" },
          { value: "exports", label: "Exports" },
          { value: "changes", label: "Changes" },
        ]}
      />
      <Checkbox.Group
        label="Media types"
        description="None chosen means all that are collected here."
        value={options.media}
        onChange={(media) => change({ media })}
      >
        <Group mt="xs">
          <Checkbox value="movie" label="Films" />
          <Checkbox value="tv" label="Series" />
          <Checkbox value="person" label="People" />
        </Group>
      </Checkbox.Group>
      {hasDays ? (
        <Group grow align="flex-start">
          <TextInput
            type="date"
            label="Changes from"
            description="Else since the last harvest"
            value={options.startDate}
            onChange={(event) => change({ startDate: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="Changes to"
            description="Else until today"
            value={options.endDate}
            error={wrong.endDate}
            onChange={(event) => change({ endDate: event.currentTarget.value })}
          />
        </Group>
      ) : null}
      <NumberInput
        label="Least popularity"
        description="TMDB's figure; 0 takes all."
        min={0}
        value={options.minimumPopularity}
        onChange={(value) => change({ minimumPopularity: Number(value) || 0 })}
      />
    </Stack>
  );
}

function Choice<Value extends string>({
  label,
  ...props
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  data: { value: Value; label: string }[];
}) {
  const id = useId();
  return (
    <Input.Wrapper label={label} labelElement="div" labelProps={{ id }}>
      <SegmentedControl<Value> fullWidth mt={4} aria-labelledby={id} {...props} />
    </Input.Wrapper>
  );
}
