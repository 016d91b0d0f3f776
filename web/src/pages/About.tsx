import { Anchor, List, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useId, type ReactNode } from "react";

import { Page } from "@/components/Page";

const sources = [
  {
    name: "WatchMode",
    href: "https://www.watchmode.com/",
    gives: "Streaming services, which titles they have, links, prices and formats.",
    notice: "Streaming data powered by WatchMode.com.",
  },
  {
    name: "TMDB",
    href: "https://www.themoviedb.org/",
    gives: "Descriptions, posters and other images, cast and makers, ratings, and lists of what is popular.",
    notice: "This product uses the TMDB API but is not endorsed or certified by TMDB.",
  },
  {
    name: "JustWatch",
    href: "https://www.justwatch.com/",
    gives: "The watch providers that come to us through TMDB.",
    notice: "Watch providers at TMDB are provided by JustWatch.",
  },
];

/** What Marquee is, whom its data comes from, how fresh it is, and what it keeps of its viewers. */
export function About() {
  return (
    <Page title="About Marquee" lead="What you can watch tonight on the services you pay for.">
      <Stack gap="xl" maw={900}>
        <Part title="What it does">
          <Text>
            You say which streaming services you have and what you like. Marquee shows what is on them, recommends with
            reasons, and tells you when a title you follow arrives, leaves or gets a new season. It plays nothing
            itself: its links lead to the services.
          </Text>
        </Part>
        <Part title="Where the data comes from">
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            {sources.map(({ name, href, gives, notice }) => (
              <Paper key={name} withBorder p="md">
                <Stack gap="xs">
                  <Title order={3} size="h5">
                    <Anchor href={href} rel="noreferrer" inherit underline="always">
                      {name}
                    </Anchor>
                  </Title>
                  <Text size="sm">{gives}</Text>
                  <Text size="sm" c="dimmed">
                    {notice}
                  </Text>
                </Stack>
              </Paper>
            ))}
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            Names, logos and pictures belong to their owners. A title without a picture gets one that Marquee draws.
          </Text>
        </Part>
        <Part title="How fresh it is">
          <List spacing="xs">
            <List.Item>What is on the services that viewers have chosen is asked for once a day.</List.Item>
            <List.Item>A title that somebody follows is looked at every day, others as they are looked for.</List.Item>
            <List.Item>
              Each offer says who knows it and how old that word is. Where two sources differ, the page says so.
            </List.Item>
            <List.Item>
              When a source cannot be reached, you see what was known last, with its age. Nothing disappears because of
              it.
            </List.Item>
          </List>
          <Text>
            Prices and availability may still have changed since: what the service itself says counts. Data of TMDB is
            kept for six months at most.
          </Text>
        </Part>
        <Part title="What is kept of you">
          <List spacing="xs">
            <List.Item>
              Your e-mail address, to sign in, and for e-mails if you ask for them. Your password never reaches this
              site.
            </List.Item>
            <List.Item>
              What you tell Marquee: country, services, genres, follows, ratings, and what you have watched or hidden.
            </List.Item>
            <List.Item>Notifications, for 90 days.</List.Item>
            <List.Item>
              This browser keeps your sign-in until you close the tab, and light or dark. There are no advertisements
              and no trackers.
            </List.Item>
            <List.Item>
              Posters and logos come straight from TMDB and WatchMode, who therefore see that your browser asks for
              them.
            </List.Item>
          </List>
          <Text>
            In{" "}
            <Anchor component={Link} to="/settings" underline="always">
              the settings
            </Anchor>{" "}
            you can download all of it or delete your account. Deleting takes effect at once. Technical records may hold
            the number of a deleted account for some time, without its address; it leads nowhere.
          </Text>
        </Part>
      </Stack>
    </Page>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <Stack component="section" gap="sm" aria-labelledby={id}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      {children}
    </Stack>
  );
}
