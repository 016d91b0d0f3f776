import { Button } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";

import { EmptyState, ErrorNotice } from "@/components/States";

/** The page for addresses that lead nowhere. */
export function NotFound() {
  return (
    <EmptyState
      isPage
      title="There is no such page"
      icon={<IconCompass size={34} />}
      action={
        <Button component={Link} to="/">
          To the guide
        </Button>
      }
    >
      The address may be mistyped, or the page may have moved.
    </EmptyState>
  );
}

/** What is shown when a page itself fails. */
export function Failed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <ErrorNotice
      error={error}
      what="This page could not be shown"
      retry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
