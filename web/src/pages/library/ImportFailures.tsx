import { Button, Group, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { $api, api } from "@/api/client";
import { inPages } from "@/api/paging";
import { toApiError } from "@/api/errors";
import { ErrorNotice, LoadingLines } from "@/components/States";
import { More } from "@/components/TitleGrid";

import { FailureTable } from "./FailureTable";
import { saveFile } from "./saveFile";
import { counted } from "./words";

/** What an import could not add, page by page, and all of it as a file. */
export function ImportFailures({ id, count }: { id: string; count: number }) {
  const path = { import_id: id };
  const { data, error, isPending, refetch, ...paging } = $api.useInfiniteQuery(
    "get",
    "/imports/{import_id}/failures",
    { params: { path, query: { limit: 50 } } },
    inPages,
  );
  const failures = data?.pages.flatMap((page) => page.failures) ?? [];
  const download = useMutation({
    mutationFn: () => api.GET("/imports/{import_id}/failures.csv", { params: { path }, parseAs: "blob" }),
    onSuccess: (answer) => saveFile(`failures-${id}.csv`, answer.data as unknown as Blob),
    onError: (problem) =>
      notifications.show({ color: "red", title: "There is no file", message: toApiError(problem).message }),
  });
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {counted(count, "row")} failed
        </Title>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          Download as CSV
        </Button>
      </Group>
      {error && !failures.length ? (
        <ErrorNotice error={error} what="The failures could not be loaded" retry={() => void refetch()} />
      ) : isPending ? (
        <LoadingLines lines={3} />
      ) : (
        <>
          <FailureTable failures={failures} label="Rows that failed" />
          <More {...paging} />
        </>
      )}
    </Stack>
  );
}
