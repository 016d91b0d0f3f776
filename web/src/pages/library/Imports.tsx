import { Group, Stack, Text, Title } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";

import { $api } from "@/api/client";
import { inPages } from "@/api/paging";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice, LoadingLines } from "@/components/States";
import { More } from "@/components/TitleGrid";

import { ImportItem } from "./ImportItem";
import classes from "./Imports.module.css";
import { isMoving } from "./importStates";
import { NewImport } from "./NewImport";

const PAUSE = 5000;

/** Begins an import, and lists those of everybody. */
export function Imports() {
  return (
    <Page title="Imports" lead="Bring a list of films from elsewhere into the library.">
      <NewImport />
      <Stack component="section" aria-labelledby="imports-so-far" gap="sm">
        <Title order={2} size="h4" id="imports-so-far">
          So far
        </Title>
        <Text size="sm" c="dimmed">
          What an import contains, and what went wrong in it, is for who began it and for operators.
        </Text>
        <ImportList />
      </Stack>
    </Page>
  );
}

function ImportList() {
  const { data, error, isPending, refetch, ...paging } = $api.useInfiniteQuery(
    "get",
    "/imports",
    { params: { query: { limit: 20 } } },
    {
      ...inPages,
      refetchInterval: ({ state }) =>
        state.data?.pages.some((page) => page.imports.some((each) => isMoving(each.state))) ? PAUSE : false,
    },
  );
  const imports = data?.pages.flatMap((page) => page.imports) ?? [];
  if (error && !imports.length)
    return <ErrorNotice error={error} what="The imports could not be loaded" retry={() => void refetch()} />;
  if (isPending) return <LoadingLines lines={4} height={70} />;
  if (!imports.length) {
    return (
      <EmptyState title="Nothing has been imported" icon={<IconFileImport size={34} />}>
        Drop a file above: your ratings at IMDb or Letterboxd make a good beginning.
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={classes.list}>
        {imports.map((each) => (
          <ImportItem key={each.id} shown={each} />
        ))}
      </ul>
      <Group justify="center">
        <More {...paging} />
      </Group>
    </>
  );
}
