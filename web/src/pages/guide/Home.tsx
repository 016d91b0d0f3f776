import { useAuth } from "@/auth/Auth";
import { mayBeSignedIn } from "@/auth/session";

import { Guide, GuideSkeleton } from "./Guide";
import { Landing } from "./Landing";

/** The first page: the guide of who is signed in, for others what Marquee is. */
export function Home() {
  const { isLoading, isSignedIn, hasExpired } = useAuth();
  if (isSignedIn || hasExpired) return <Guide />;
  return isLoading && mayBeSignedIn() ? <GuideSkeleton /> : <Landing />;
}
