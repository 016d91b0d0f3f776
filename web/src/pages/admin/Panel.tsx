import { Group, Paper, Title } from "@mantine/core";
import { useId, type ReactNode, type Ref } from "react";

import { ErrorNotice, LoadingLines } from "@/components/States";

interface Query<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

interface LoadedProps<Data> {
  query: Query<Data>;
  /** How many grey lines stand there until the answer comes, each as high as a row. */
  lines?: number;
  lineHeight?: number;
  children: (data: Data) => ReactNode;
}

/** What a query answered; until then lines as large as it, and the error with a retry when it failed. */
export function Loaded<Data>({ query, lines, lineHeight, children }: LoadedProps<Data>) {
  const { data, error, refetch } = query;
  return (
    <>
      {/* What was shown before stays below: an older answer is better than none. */}
      {error ? <ErrorNotice error={error} retry={() => void refetch()} what="This could not be loaded" /> : null}
      {data === undefined ? error ? null : <LoadingLines lines={lines} height={lineHeight} /> : children(data)}
    </>
  );
}

interface PanelProps {
  title: string;
  actions?: ReactNode;
  /** Where the focus can be put when the panel opens. */
  heading?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/** A part of a page in its own frame, with its heading. */
export function Panel({ title, actions, heading, children }: PanelProps) {
  const id = useId();
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={id}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={2} size="h4" id={id} ref={heading} tabIndex={heading ? -1 : undefined}>
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Paper>
  );
}
