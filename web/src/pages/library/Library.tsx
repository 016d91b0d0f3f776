import { Stack } from "@mantine/core";
import { IconChartBar, IconFileImport, IconMovie, IconTrophy } from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";

import classes from "./Library.module.css";

const tabs = [
  { to: "/library", label: "Films", icon: IconMovie, below: ["/library/movies", "/library/add"] },
  { to: "/library/top-rated", label: "Top rated", icon: IconTrophy, below: [] },
  { to: "/library/dashboard", label: "Dashboard", icon: IconChartBar, below: [] },
  { to: "/library/imports", label: "Imports", icon: IconFileImport, below: ["/library/imports"] },
] as const;

/** What is around the pages of the library: the way from one to the other. */
export function Library() {
  const path = useRouterState({ select: ({ location }) => location.pathname.replace(/\/$/, "") });
  return (
    <Stack gap="lg">
      <nav className={classes.nav} aria-label="Library">
        {tabs.map(({ to, label, icon: Icon, below }) => {
          const isOpen = path === to;
          const isAbove = below.some((page) => path === page || path.startsWith(`${page}/`));
          return (
            <Link
              key={to}
              to={to}
              className={classes.tab}
              // The router would call the first tab current below all of the library.
              activeOptions={{ exact: true }}
              aria-current={isOpen ? "page" : isAbove || undefined}
            >
              <Icon size={18} aria-hidden />
              {label}
            </Link>
          );
        })}
      </nav>
      <Outlet />
    </Stack>
  );
}
