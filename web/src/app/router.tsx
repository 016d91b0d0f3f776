import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";

import { Operators, SignedIn } from "@/auth/Guard";
import { LoadingLines } from "@/components/States";
import { Failed, NotFound } from "@/pages/Lost";

import { Shell } from "./Shell";

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Failed,
  pendingComponent: LoadingLines,
});

// Pages are fetched when they are first opened: what the guide needs is all that the first visit loads.
const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("@/pages/guide/Home"), "Home"),
});
const callback = createRoute({
  getParentRoute: () => root,
  path: "/callback",
  component: lazyRouteComponent(() => import("@/pages/Callback"), "Callback"),
});
const about = createRoute({
  getParentRoute: () => root,
  path: "/about",
  component: lazyRouteComponent(() => import("@/pages/About"), "About"),
});
const apiDocs = createRoute({
  getParentRoute: () => root,
  path: "/api-docs",
  component: lazyRouteComponent(() => import("@/pages/developers/ApiDocs"), "ApiDocs"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: () => (
    <SignedIn>
      <Outlet />
    </SignedIn>
  ),
});
const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: "/welcome",
  component: lazyRouteComponent(() => import("@/pages/guide/Welcome"), "Welcome"),
});
const browse = createRoute({
  getParentRoute: () => signedIn,
  path: "/browse",
  component: lazyRouteComponent(() => import("@/pages/guide/Browse"), "Browse"),
});
const title = createRoute({
  getParentRoute: () => signedIn,
  path: "/titles/$id",
  component: lazyRouteComponent(() => import("@/pages/guide/TitlePage"), "TitlePage"),
});
const search = createRoute({
  getParentRoute: () => signedIn,
  path: "/search",
  component: lazyRouteComponent(() => import("@/pages/guide/Search"), "Search"),
});
const recommendations = createRoute({
  getParentRoute: () => signedIn,
  path: "/recommendations",
  component: lazyRouteComponent(() => import("@/pages/guide/Recommendations"), "Recommendations"),
});
const arrivals = createRoute({
  getParentRoute: () => signedIn,
  path: "/arrivals",
  component: lazyRouteComponent(() => import("@/pages/viewer/Arrivals"), "Arrivals"),
});
const following = createRoute({
  getParentRoute: () => signedIn,
  path: "/following",
  component: lazyRouteComponent(() => import("@/pages/viewer/Following"), "Following"),
});
const notifications = createRoute({
  getParentRoute: () => signedIn,
  path: "/notifications",
  component: lazyRouteComponent(() => import("@/pages/viewer/Notifications"), "Notifications"),
});
const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/pages/viewer/Settings"), "Settings"),
});

const library = createRoute({
  getParentRoute: () => signedIn,
  path: "/library",
  component: lazyRouteComponent(() => import("@/pages/library/Library"), "Library"),
});
const libraryMovies = createRoute({
  getParentRoute: () => library,
  path: "/",
  component: lazyRouteComponent(() => import("@/pages/library/Movies"), "Movies"),
});
const libraryTopRated = createRoute({
  getParentRoute: () => library,
  path: "/top-rated",
  component: lazyRouteComponent(() => import("@/pages/library/TopRated"), "TopRated"),
});
const libraryDashboard = createRoute({
  getParentRoute: () => library,
  path: "/dashboard",
  component: lazyRouteComponent(() => import("@/pages/library/Dashboard"), "Dashboard"),
});
const libraryAdd = createRoute({
  getParentRoute: () => library,
  path: "/add",
  component: lazyRouteComponent(() => import("@/pages/library/AddMovie"), "AddMovie"),
});
const libraryMovie = createRoute({
  getParentRoute: () => library,
  path: "/movies/$id",
  component: lazyRouteComponent(() => import("@/pages/library/MoviePage"), "MoviePage"),
});
const libraryImports = createRoute({
  getParentRoute: () => library,
  path: "/imports",
  component: lazyRouteComponent(() => import("@/pages/library/Imports"), "Imports"),
});
const libraryImport = createRoute({
  getParentRoute: () => library,
  path: "/imports/$id",
  component: lazyRouteComponent(() => import("@/pages/library/ImportPage"), "ImportPage"),
});

const operators = createRoute({
  getParentRoute: () => root,
  id: "operators",
  component: () => (
    <Operators>
      <Outlet />
    </Operators>
  ),
});
const admin = createRoute({
  getParentRoute: () => operators,
  path: "/admin",
  component: lazyRouteComponent(() => import("@/pages/admin/Admin"), "Admin"),
});
const adminOverview = createRoute({
  getParentRoute: () => admin,
  path: "/",
  component: lazyRouteComponent(() => import("@/pages/admin/Overview"), "Overview"),
});
const adminJobs = createRoute({
  getParentRoute: () => admin,
  path: "/jobs",
  component: lazyRouteComponent(() => import("@/pages/admin/Jobs"), "Jobs"),
});
const adminJob = createRoute({
  getParentRoute: () => admin,
  path: "/jobs/$id",
  component: lazyRouteComponent(() => import("@/pages/admin/JobPage"), "JobPage"),
});
const adminFailures = createRoute({
  getParentRoute: () => admin,
  path: "/failures",
  component: lazyRouteComponent(() => import("@/pages/admin/Failures"), "Failures"),
});
const adminFunctions = createRoute({
  getParentRoute: () => admin,
  path: "/functions",
  component: lazyRouteComponent(() => import("@/pages/admin/Functions"), "Functions"),
});
const adminProviders = createRoute({
  getParentRoute: () => admin,
  path: "/providers",
  component: lazyRouteComponent(() => import("@/pages/admin/Providers"), "Providers"),
});
const adminQuality = createRoute({
  getParentRoute: () => admin,
  path: "/quality",
  component: lazyRouteComponent(() => import("@/pages/admin/Quality"), "Quality"),
});
const adminAudit = createRoute({
  getParentRoute: () => admin,
  path: "/audit",
  component: lazyRouteComponent(() => import("@/pages/admin/Audit"), "Audit"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    callback,
    about,
    apiDocs,
    signedIn.addChildren([
      welcome,
      browse,
      title,
      search,
      recommendations,
      arrivals,
      following,
      notifications,
      settings,
      library.addChildren([
        libraryMovies,
        libraryTopRated,
        libraryDashboard,
        libraryAdd,
        libraryMovie,
        libraryImports,
        libraryImport,
      ]),
    ]),
    operators.addChildren([
      admin.addChildren([
        adminOverview,
        adminJobs,
        adminJob,
        adminFailures,
        adminFunctions,
        adminProviders,
        adminQuality,
        adminAudit,
      ]),
    ]),
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
  // A new page begins at its top; nobody has to watch the way there.
  scrollRestorationBehavior: "instant",
  defaultPendingComponent: LoadingLines,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
