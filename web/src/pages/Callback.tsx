import { Button, Center, Loader } from "@mantine/core";
import { Navigate } from "@tanstack/react-router";
import { useState } from "react";

import { useAuth } from "@/auth/Auth";
import { EmptyState } from "@/components/States";

/** Where the sign-in pages come back to; signing in goes on with the page that was open before. */
export function Callback() {
  const { problem, signIn } = useAuth();
  // It stays on the screen until that page has been fetched: going anywhere itself, it would overtake it.
  const [isAnswer] = useState(() => /[?&](code|error)=/.test(window.location.search));
  if (!isAnswer) return <Navigate to="/" replace />;
  if (problem) {
    return (
      <EmptyState
        isPage
        title="Signing in did not work"
        action={<Button onClick={() => signIn("/")}>Try again</Button>}
      >
        {problem}
      </EmptyState>
    );
  }
  return (
    <Center py="xl">
      <Loader role="status" aria-label="Signing in" />
    </Center>
  );
}
