import { lazy, Suspense } from "react";

import { useAuth } from "@/auth/Auth";

import { Guide, GuideSkeleton } from "./Guide";

// Only who has not signed in sees it.
const Landing = lazy(() => import("./Landing").then((all) => ({ default: all.Landing })));

/** The first page: the guide of who is signed in, for others what Marquee is. */
export function Home() {
  const { isLoading, isSignedIn, hasExpired } = useAuth();
  if (isSignedIn || hasExpired) return <Guide />;
  return <Suspense fallback={<GuideSkeleton />}>{isLoading ? <GuideSkeleton /> : <Landing />}</Suspense>;
}
