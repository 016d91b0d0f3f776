import { Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { EmptyState, LoadingLines } from "@/components/States";

import { useAuth } from "./Auth";

/** Shows its page to whoever is signed in; to others it says how to. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { isLoading, isSignedIn, hasExpired, signIn, signUp } = useAuth();
  // An ended session leaves its page as it is, behind the question to sign in again.
  if (isSignedIn || hasExpired) return children;
  if (isLoading) return <LoadingLines />;
  return (
    <EmptyState
      isPage
      title="Sign in to see this page"
      icon={<IconLock size={34} />}
      action={
        <Button.Group>
          <Button onClick={() => signIn()}>Sign in</Button>
          <Button variant="default" onClick={() => signUp()}>
            Create an account
          </Button>
        </Button.Group>
      }
    >
      Your guide, what you follow and your library are yours alone.
    </EmptyState>
  );
}

/** Shows its page to operators. The server asks again: this only spares others a page of refusals. */
export function Operators({ children }: { children: ReactNode }) {
  const { isAdmin } = useAuth();
  return (
    <SignedIn>
      {isAdmin ? (
        children
      ) : (
        <EmptyState
          isPage
          title="This page is for operators"
          icon={<IconLock size={34} />}
          action={
            <Button component={Link} to="/" variant="default">
              To the guide
            </Button>
          }
        >
          Your account is not in the group that runs Marquee.
        </EmptyState>
      )}
    </SignedIn>
  );
}
