import { ActionIcon, Anchor, AppShell, Button, Group, Indicator, Text } from "@mantine/core";
import { IconBell, IconBookmark, IconCalendarPlus, IconHome, IconSearch, IconUserCircle } from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, type ReactNode } from "react";

import { $api } from "@/api/client";
import { useAuth } from "@/auth/Auth";
import { useConfig } from "@/config";

import { AccountIcon } from "./AccountIcon";
import { pages } from "./pages";
import { useScheme } from "./scheme";
import { SearchField } from "./SearchField";
import classes from "./Shell.module.css";

const tabs = [
  { to: "/", label: "Guide", icon: IconHome },
  { to: "/search", label: "Search", icon: IconSearch },
  { to: "/arrivals", label: "Arrivals", icon: IconCalendarPlus },
  { to: "/following", label: "Following", icon: IconBookmark },
  { to: "/settings", label: "You", icon: IconUserCircle },
] as const;

// What opens a menu is a sixth of what the frame takes, and nobody opens one at once.
const Account = lazy(() => import("./Account").then((all) => ({ default: all.Account })));
const Expired = lazy(() => import("@/auth/Expired").then((all) => ({ default: all.Expired })));

const EVERY_MINUTE = 60_000;

/** What is around every page: the way to the others, search, news, who is signed in, whom the data comes from, which release. */
export function Shell() {
  const { isSignedIn, hasExpired } = useAuth();
  return (
    <AppShell header={{ height: 60 }} footer={{ height: { base: isSignedIn ? 60 : 0, sm: 0 } }} padding="md">
      <a href="#content" className="skip-link">
        Skip to the content
      </a>
      <AppShell.Header>
        <div className={classes.header}>
          <Link to="/" className={classes.brand} aria-label="Marquee, to the guide">
            <img src="/favicon.svg" alt="" width={30} height={30} />
            <Text span inherit visibleFrom="xs">
              Marquee
            </Text>
          </Link>
          {isSignedIn ? <Inside /> : <Outside />}
        </div>
      </AppShell.Header>
      <AppShell.Main id="content" tabIndex={-1}>
        <div className={classes.content}>
          {hasExpired ? (
            <Suspense>
              <Expired />
            </Suspense>
          ) : null}
          <Outlet />
          <Attribution />
        </div>
      </AppShell.Main>
      {isSignedIn ? (
        <AppShell.Footer hiddenFrom="sm">
          <nav className={classes.tabs} aria-label="Main, below">
            {tabs.map(({ to, label, icon: Icon }) => (
              <Here key={to} to={to} className={classes.tab}>
                <Icon size={22} aria-hidden />
                {label}
              </Here>
            ))}
          </nav>
        </AppShell.Footer>
      ) : null}
    </AppShell>
  );
}

function Inside() {
  return (
    <>
      <Group component="nav" gap={0} className={classes.nav} visibleFrom="md" aria-label="Main">
        {pages.map(({ to, label }) => (
          <Here key={to} to={to} className={classes.link}>
            {label}
          </Here>
        ))}
      </Group>
      <div className={classes.search}>
        <SearchField />
      </div>
      <Bell />
      <Suspense fallback={<AccountIcon aria-disabled />}>
        <Account />
      </Suspense>
    </>
  );
}

function Outside() {
  const { signIn, isLoading } = useAuth();
  return (
    <Group ml="auto" gap="xs">
      <Scheme />
      <Button onClick={() => signIn()} loading={isLoading}>
        Sign in
      </Button>
    </Group>
  );
}

/** A link that says whether its page is the open one, or above it. */
function Here({ to, className, children }: { to: string; className: string | undefined; children: ReactNode }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isHere = to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
  return (
    <Link to={to} className={className} aria-current={isHere ? "page" : undefined}>
      {children}
    </Link>
  );
}

function Bell() {
  const { data } = $api.useQuery(
    "get",
    "/notifications",
    { params: { query: { limit: 1 } } },
    { refetchInterval: EVERY_MINUTE },
  );
  const unread = data?.unread ?? 0;
  return (
    <Indicator label={unread > 99 ? "99+" : unread} size={18} disabled={unread === 0} offset={5} aria-hidden={false}>
      <ActionIcon
        component={Link}
        to="/notifications"
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={unread ? `Notifications, ${unread} unread` : "Notifications"}
      >
        <IconBell size={22} aria-hidden />
      </ActionIcon>
    </Indicator>
  );
}

function Scheme() {
  const { toggle, next, icon } = useScheme();
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" onClick={toggle} aria-label={`Change to ${next} appearance`}>
      {icon}
    </ActionIcon>
  );
}

function Attribution() {
  const { version, environment, apiDocs } = useConfig();
  return (
    <footer className={classes.footer}>
      <Text size="xs" c="dimmed">
        Streaming data by WatchMode. Facts and images by TMDB: this product uses the TMDB API but is not endorsed or
        certified by TMDB. Watch providers at TMDB come from JustWatch.{" "}
        <Anchor component={Link} to="/about" size="xs" underline="always">
          About Marquee and its sources
        </Anchor>
      </Text>
      <Text size="xs" c="dimmed">
        Version {version}
        {environment === "prod" ? null : `, ${environment}`}
        {apiDocs ? (
          <>
            {" · "}
            <Anchor component={Link} to="/api-docs" size="xs" underline="always">
              API documents
            </Anchor>
          </>
        ) : null}
      </Text>
    </footer>
  );
}
