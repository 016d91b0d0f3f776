import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

import { $api, type Schemas } from "@/api/client";
import { toApiError } from "@/api/errors";
import { ButtonLink, TextLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice, LoadingLines } from "@/components/States";

import { ImportActions } from "./ImportActions";
import { ImportFailures } from "./ImportFailures";
import { StateBadge } from "./ImportItem";
import { ImportPreview } from "./ImportPreview";
import { ImportProgress } from "./ImportProgress";
import { hasStarted, isMoving } from "./importStates";
import { useForgetLibrary } from "./useMovies";
import { dayAndTime } from "./words";

const PAUSE = 1500;
const REFUSED = 403;
const MISSING = 404;

/** An import: its preview before it is started, how far it is, and what went wrong. */
export function ImportPage() {
  const { id = "" } = useParams({ strict: false });
  const { data, error, refetch } = $api.useQuery(
    "get",
    "/imports/{import_id}",
    { params: { path: { import_id: id } } },
    { refetchInterval: ({ state }) => (state.data && isMoving(state.data.state) ? PAUSE : false) },
  );
  if (data) return <Details shown={data} retry={error ? () => void refetch() : undefined} />;
  const status = error ? toApiError(error).status : null;
  return (
    <Page title="Import">
      {status === REFUSED || status === MISSING ? (
        <EmptyState
          title={status === MISSING ? "There is no such import" : "This import is somebody else’s"}
          action={<ButtonLink to="/library/imports">To the imports</ButtonLink>}
        >
          {status === MISSING
            ? "The address may be mistyped."
            : "What it contains is for who began it and for operators."}
        </EmptyState>
      ) : error ? (
        <ErrorNotice error={error} what="The import could not be loaded" retry={() => void refetch()} />
      ) : (
        <LoadingLines lines={6} />
      )}
    </Page>
  );
}

function Details({ shown, retry }: { shown: Schemas["ImportDetailAnswer"]; retry?: () => void }) {
  const { state, counts, preview, problem } = shown;
  const place = useRef<HTMLDivElement>(null);
  const toState = () => place.current?.focus();
  useForgetWhen(counts.added + counts.removed);
  return (
    <Page
      title={shown.source.name}
      lead={`Import, begun ${dayAndTime(shown.started_at)}${shown.finished_at ? `, ended ${dayAndTime(shown.finished_at)}` : ""}`}
      actions={<ImportActions shown={shown} done={toState} />}
    >
      <Group role="status" gap="sm" ref={place} tabIndex={-1} style={{ outline: "none" }}>
        <StateBadge state={state} />
        <Text size="sm" c="dimmed">
          {hints[state]}
        </Text>
      </Group>
      {retry ? (
        <Group>
          <Text size="sm">The connection is lost; what you see may be old.</Text>
          <Button size="xs" variant="default" onClick={retry}>
            Look again
          </Button>
        </Group>
      ) : null}
      {problem ? (
        <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title="Nothing could be read">
          {problem}
        </Alert>
      ) : null}
      {hasStarted(shown) ? <ImportProgress counts={counts} state={state} /> : null}
      {state === "preview" && preview ? <ImportPreview shown={shown} preview={preview} done={toState} /> : null}
      {state === "reading" ? <LoadingLines lines={6} /> : null}
      {counts.failed > 0 ? <ImportFailures id={shown.id} count={counts.failed} /> : null}
      <Stack>
        <TextLink to="/library/imports" size="sm" w="fit-content">
          All imports
        </TextLink>
      </Stack>
    </Page>
  );
}

/** What a state means for who looks at it. */
const hints: Record<Schemas["ImportDetailAnswer"]["state"], string> = {
  awaiting_upload: "Its file has not been read. If it never arrived, cancel this import and begin a new one.",
  reading: "This takes a few seconds.",
  preview: "Nothing has been added yet. Look it over, then start.",
  running: "It goes on when you leave this page.",
  stopped: "Nothing is added until you resume.",
  finished: "Every row is accounted for.",
  cancelled: "What was added before stays, unless you undo it.",
  failed: "Nothing was added.",
  undoing: "What it added is being taken out again.",
  undone: "What it added is out of the library again, except what has been edited since.",
};

/** Have the lists of films read anew when the import has added or taken out some. */
function useForgetWhen(changes: number) {
  const forget = useForgetLibrary();
  useEffect(() => {
    if (changes > 0) forget();
  }, [changes, forget]);
}
