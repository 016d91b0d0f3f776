import { Button, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconBellRinging, IconBrandGoogleFilled, IconBulb, IconDeviceTv, IconMovie } from "@tabler/icons-react";

import { bySpread } from "@/api/preferences";
import { useSources } from "@/api/reference";
import { useAuth } from "@/auth/Auth";
import { PageTitle } from "@/components/Page";
import { ServiceLogo } from "@/components/ServiceLogo";

import classes from "./Landing.module.css";
import { PITCH, PITCH_LEAD } from "./pitch";

const features = [
  {
    icon: IconDeviceTv,
    title: "One guide for all your services",
    text: "Choose the services you pay for and the genres you like. Browse everything on them in one place, with prices and links.",
  },
  {
    icon: IconBulb,
    title: "Recommendations that say why",
    text: "Every suggestion is on a service you have, and comes with its reasons: what you rated, what is acclaimed, what just arrived.",
  },
  {
    icon: IconBellRinging,
    title: "Told when it arrives or leaves",
    text: "Follow a title and hear when it comes to one of your services, leaves one or gets a new season. In the app, by e-mail or in your calendar.",
  },
  {
    icon: IconMovie,
    title: "A library to share",
    text: "Add films one by one or import a whole list, search and filter them, and see the collection in numbers.",
  },
];

const TILES = 30;
const NAMED = 16;

/** What Marquee is, for who is not signed in, and the ways in. */
export function Landing() {
  return (
    <Stack gap={48}>
      <Hero />
      <Services />
      <section aria-labelledby="features">
        <Title order={2} size="h3" mb="md" id="features">
          What it does for you
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="lg">
          {features.map(({ icon: Icon, title, text }) => (
            <div key={title} className={classes.feature}>
              <ThemeIcon size={44} variant="light" aria-hidden>
                <Icon size={26} />
              </ThemeIcon>
              <Title order={3} size="h5">
                {title}
              </Title>
              <Text size="sm" c="dimmed">
                {text}
              </Text>
            </div>
          ))}
        </SimpleGrid>
      </section>
    </Stack>
  );
}

function Hero() {
  const { signIn, signUp, signInWithGoogle, hasGoogle, problem } = useAuth();
  const { sources } = useSources();
  return (
    <div className="hero">
      <span className="hero-lamps" aria-hidden />
      <div className="hero-words">
        <PageTitle title={PITCH} className="hero-heading" />
        <Text className="hero-lead">{PITCH_LEAD}</Text>
        <Group gap="sm">
          <Button size="md" color="lamp.4" onClick={() => signUp("/")}>
            Create an account
          </Button>
          <Button size="md" variant="white" color="dark.9" onClick={() => signIn("/")}>
            Sign in
          </Button>
          {hasGoogle ? (
            <Button
              size="md"
              variant="white"
              color="dark.9"
              leftSection={<IconBrandGoogleFilled size={18} aria-hidden />}
              onClick={() => signInWithGoogle("/")}
            >
              Continue with Google
            </Button>
          ) : null}
        </Group>
        {problem ? (
          <Text role="alert" size="sm">
            Signing in did not work: {problem}
          </Text>
        ) : null}
      </div>
      <div className={classes.wall} aria-hidden>
        {bySpread(sources)
          .slice(0, TILES)
          .map((source) => (
            <ServiceLogo key={source.id} name={source.name} logo={source.logo} size={88} />
          ))}
      </div>
    </div>
  );
}

function Services() {
  const { sources } = useSources();
  if (!sources.length) return null;
  const rest = sources.length - NAMED;
  return (
    <section aria-labelledby="services">
      <Title order={2} size="h3" mb="md" id="services">
        {sources.length} services, one guide
      </Title>
      <ul className={classes.services}>
        {bySpread(sources)
          .slice(0, NAMED)
          .map((source) => (
            <li key={source.id}>
              <ServiceLogo name={source.name} logo={source.logo} size={36} />
              <Text size="sm" fw={600} lineClamp={2}>
                {source.name}
              </Text>
            </li>
          ))}
      </ul>
      {rest > 0 ? (
        <Text size="sm" c="dimmed" mt="sm">
          And {rest} more.
        </Text>
      ) : null}
    </section>
  );
}
