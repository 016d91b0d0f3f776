import { Alert, Button, Group, Skeleton, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconAlertTriangle, IconMovie } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { toApiError } from "@/api/errors";

import { PageTitle } from "./Page";

/** What went wrong in one sentence, with a button that tries again. */
export function ErrorNotice({ error, retry, what }: { error: unknown; retry?: () => void; what?: string }) {
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={what ?? "That did not work"}
    >
      <Group justify="space-between">
        <Text size="sm">{toApiError(error).message}</Text>
        {retry ? (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
}

interface EmptyProps {
  title: string;
  /** Whether there is nothing else on the page, which is called by the title then. */
  isPage?: boolean;
  /** What one can do about it. */
  children: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
}

/** Why there is nothing here, and what to do. */
export function EmptyState({ title, isPage, children, action, icon }: EmptyProps) {
  return (
    <Stack align="center" py="xl" gap="sm">
      <ThemeIcon size={64} radius="xl" variant="light" aria-hidden>
        {icon ?? <IconMovie size={34} />}
      </ThemeIcon>
      {isPage ? (
        <PageTitle title={title} size="h4" ta="center" />
      ) : (
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
      )}
      <Text c="dimmed" ta="center" maw={460}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}

/** Grey lines where a list will be; announced once as loading. */
export function LoadingLines({ lines = 5, height = 48 }: { lines?: number; height?: number }) {
  return (
    <Stack role="status" aria-label="Loading" gap="sm">
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={height} />
      ))}
    </Stack>
  );
}
