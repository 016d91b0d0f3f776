import { Text, Title } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { initials } from "@/components/ServiceLogo";

import classes from "./People.module.css";
import { listed } from "@/app/words";

const SHOWN = 18;

/** Who made a title and who plays in it; nothing where nobody says. */
export function People({ title }: { title: Pick<Schemas["TitleAnswer"], "cast" | "makers"> }) {
  if (!title.cast.length && !title.makers.length) return null;
  return (
    <section aria-labelledby="people">
      <Title order={2} size="h3" mb="md" id="people">
        Cast and makers
      </Title>
      {title.makers.length ? <Text mb="md">Made by {listed(title.makers)}.</Text> : null}
      <ul className={classes.cast}>
        {title.cast.slice(0, SHOWN).map((member) => (
          <li key={`${member.name} ${member.character}`}>
            <span className={classes.face} aria-hidden>
              {initials(member.name)}
            </span>
            <span>
              <Text size="sm" fw={650}>
                {member.name}
              </Text>
              {member.character ? (
                <Text size="xs" c="dimmed">
                  {member.character}
                </Text>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
