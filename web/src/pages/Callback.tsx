import { Button, Center, Loader } from "@mantine/core";
import { Navigate } from "@tanstack/react-router";

import { useAuth } from "@/auth/Auth";
import { EmptyState } from "@/components/States";

/** Where the sign-in pages come back to; the address changes as soon as the code has been exchanged. */
export function Callback() {
  const { isSignedIn, problem, signIn } = useAuth();
  if (isSignedIn) return <Navigate to="/" replace />;
  if (problem) {
    return (
      <EmptyState title="Signing in did not work" action={<Button onClick={() => signIn("/")}>Try again</Button>}>
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
