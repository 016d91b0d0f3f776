import { Text, TextInput, Title } from "@mantine/core";
import { IconCheck, IconSearch } from "@tabler/icons-react";
import { useState, type KeyboardEvent } from "react";

import type { Schemas } from "@/api/client";
import { bySpread } from "@/api/preferences";
import { ServiceLogo } from "@/components/ServiceLogo";

import classes from "./Picker.module.css";

type Source = Schemas["SourceAnswer"];

interface Props {
  sources: Source[];
  chosen: string[];
  /** The country's name. */
  country: string;
  autoFocus: boolean;
  onChange: (ids: string[]) => void;
}

const groups = [
  { types: ["sub"], title: "Subscriptions" },
  { types: ["free"], title: "Free" },
  { types: ["tve"], title: "With a TV subscription" },
  { types: ["purchase"], title: "Rent or buy" },
];

/** Services to tick, by how they are paid for; typing narrows them and Enter takes the first. */
export function ServicePicker({ sources, chosen, country, autoFocus, onChange }: Props) {
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const shown = matching(sources, text);
  const sections = grouped(shown);
  const toggle = (source: Source) => {
    const had = chosen.includes(source.id);
    onChange(had ? chosen.filter((id) => id !== source.id) : [...chosen, source.id]);
    return had;
  };
  const takeFirst = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !text.trim()) return;
    // Not the whole form: there is something in the field.
    event.preventDefault();
    const first = sections[0]?.sources[0];
    if (!first) return;
    setSaid(`${first.name} ${toggle(first) ? "removed" : "chosen"}`);
    setText("");
  };
  return (
    <div className={classes.choices}>
      <TextInput
        type="search"
        label="Find a service"
        description={`Those of your country: ${country}. Type a name and press Enter to choose the first one; Enter alone goes on.`}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={takeFirst}
        autoFocus={autoFocus}
        maw={420}
      />
      <Text size="sm" c="dimmed" role="status" mih={20}>
        {text.trim() && !shown.length ? `No service is called “${text.trim()}”.` : said}
      </Text>
      {sections.map((section) => (
        <fieldset key={section.title} className={classes.group}>
          <Title component="legend" order={3} size="h6" mb="xs">
            {section.title}
          </Title>
          <div className={classes.services}>
            {section.sources.map((source) => (
              <label key={source.id} className={classes.service}>
                <input type="checkbox" checked={chosen.includes(source.id)} onChange={() => toggle(source)} />
                <ServiceLogo name={source.name} logo={source.logo} size={44} />
                <span className={classes.name}>{source.name}</span>
                <IconCheck className={classes.tick} size={18} aria-hidden />
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}

/** Services whose name has the text in it; those that begin with it first. */
export function matching(sources: Source[], text: string): Source[] {
  const wanted = text.trim().toLocaleLowerCase("en");
  const named = bySpread(sources).filter(({ name }) => name.toLocaleLowerCase("en").includes(wanted));
  if (!wanted) return named;
  const begins = ({ name }: Source) => Number(name.toLocaleLowerCase("en").startsWith(wanted));
  return named.toSorted((a, b) => begins(b) - begins(a));
}

/** Services by how they are paid for, without empty groups; an unknown way counts as a subscription. */
export function grouped(sources: Source[]): { title: string; sources: Source[] }[] {
  const known = groups.flatMap(({ types }) => types);
  return groups
    .map(({ types, title }) => ({
      title,
      sources: sources.filter(({ type }) => types.includes(known.includes(type) ? type : "sub")),
    }))
    .filter((group) => group.sources.length > 0);
}
