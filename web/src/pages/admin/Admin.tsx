import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import classes from "./Admin.module.css";

const tabs = [
  { to: "/admin", label: "Overview" },
  { to: "/admin/jobs", label: "Jobs" },
  { to: "/admin/failures", label: "Failures" },
  { to: "/admin/functions", label: "Functions" },
  { to: "/admin/providers", label: "Providers" },
  { to: "/admin/quality", label: "Quality" },
  { to: "/admin/audit", label: "Audit" },
] as const;

/** What is around the pages of those who run Marquee: the way from each to the others. */
export function Admin() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the open page's name may stand outside of what can be seen.
    const here = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (nav.current && here) nav.current.scrollLeft = here.offsetLeft - nav.current.offsetLeft - 16;
  }, [path]);
  return (
    <>
      <nav className={classes.tabs} aria-label="Operations" ref={nav}>
        {tabs.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            // The link itself says whether its page is the open one; the overview is above all others.
            activeOptions={{ exact: to === "/admin", includeSearch: false }}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  );
}
