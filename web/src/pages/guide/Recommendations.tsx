import { Button, Group, MultiSelect, Skeleton, Stack, Text } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { $api } from "@/api/client";
import { useGenres } from "@/api/reference";
import { ButtonLink } from "@/components/Links";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";

import browse from "./Browse.module.css";
import { KindField } from "./KindField";
import { kindNames, typesOf, type Kind } from "./kinds";
import { ListsState } from "./ListsState";
import { choiceOf, compact, idsOf, type Params } from "@/app/params";
import { RecommendationItem } from "./RecommendationItem";
import classes from "./Recommendations.module.css";

const MOST = 50;

interface Wanted {
  kind: Kind;
  genres: string[];
}

/** All recommendations, each with every reason it has. */
export function Recommendations() {
  const wanted = wantedOf(useSearch({ strict: false }));
  const navigate = useNavigate();
  const { genres } = useGenres();
  const change = (next: Partial<Wanted>) =>
    void navigate({ to: "/recommendations", search: addressOf({ ...wanted, ...next }), replace: true });
  return (
    <Page
      title="For you"
      lead="On your services, and nothing that you have watched, rated, followed or hidden."
      actions={
        <Group gap="sm" align="flex-end">
          <KindField kind={wanted.kind} onChange={(kind) => change({ kind })} />
          <MultiSelect
            aria-label="Genres"
            placeholder={wanted.genres.length ? undefined : "All genres"}
            data={genres.map(({ id, name }) => ({ value: id, label: name }))}
            value={genres.length ? wanted.genres : []}
            onChange={(ids) => change({ genres: ids })}
            searchable
            clearable
            w={240}
          />
        </Group>
      }
    >
      <Found wanted={wanted} clear={() => change({ kind: "all", genres: [] })} />
    </Page>
  );
}

/** Read from an address which recommendations are wanted. */
export function wantedOf({ kind, genre }: Params): Wanted {
  return { kind: choiceOf(kind, kindNames, "all"), genres: idsOf(genre) };
}

function addressOf({ kind, genres }: Wanted): Params {
  return compact({ kind: kind === "all" ? undefined : kind, genre: genres });
}

function Found({ wanted, clear }: { wanted: Wanted; clear: () => void }) {
  const query = { limit: MOST, type: typesOf(wanted.kind), genre: wanted.genres.length ? wanted.genres : undefined };
  const { data, error, refetch, isPlaceholderData } = $api.useQuery(
    "get",
    "/recommendations",
    { params: { query } },
    { placeholderData: keepPreviousData },
  );
  if (error) {
    return <ErrorNotice error={error} retry={() => void refetch()} what="Your recommendations could not be loaded" />;
  }
  if (!data) return <Waiting />;
  if (!data.recommendations.length) {
    const isNarrowed = wanted.kind !== "all" || wanted.genres.length > 0;
    return (
      <EmptyState
        title="Nothing to recommend yet"
        action={
          isNarrowed ? (
            <Button onClick={clear}>Show all</Button>
          ) : (
            <ButtonLink to="/welcome">Choose services and genres</ButtonLink>
          )
        }
      >
        {data.reason}
      </EmptyState>
    );
  }
  return (
    <Stack gap="md" className={isPlaceholderData ? browse.old : undefined}>
      <ListsState lists={data.lists} />
      <ol className={classes.list}>
        {data.recommendations.map((each) => (
          <RecommendationItem key={each.id} recommendation={each} />
        ))}
      </ol>
      <Text size="xs" c="dimmed">
        {data.attribution}
      </Text>
    </Stack>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label="Loading" className={classes.list}>
      {Array.from({ length: 8 }, (_, item) => (
        <Skeleton key={item} className={classes.waiting} radius="lg" />
      ))}
    </div>
  );
}
