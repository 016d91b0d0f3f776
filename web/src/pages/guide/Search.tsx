import { Group, List, Switch } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { $api } from "@/api/client";
import { inPages } from "@/api/paging";
import { Page } from "@/components/Page";
import { EmptyState, ErrorNotice } from "@/components/States";
import { TitleGridSkeleton } from "@/components/TitleGrid";

import { FoundTitles } from "./FoundTitles";
import { KindField } from "./KindField";
import { kindNames, typesOf, type Kind } from "./kinds";
import { Popular } from "./Popular";
import { choiceOf, compact, type Params } from "@/app/params";

const CARDS = 36;
const LONGEST = 100;

interface Asked {
  q: string;
  kind: Kind;
  isMine: boolean;
}

/** What is typed into the field above, found. */
export function Search() {
  const asked = askedOf(useSearch({ strict: false }));
  const navigate = useNavigate();
  const change = (next: Partial<Asked>) =>
    void navigate({ to: "/search", search: addressOf({ ...asked, ...next }), replace: true });
  if (!asked.q) {
    return (
      <Page title="Search" lead="Type a name into the field above, or the beginnings of its words.">
        <Popular />
      </Page>
    );
  }
  return (
    <Page
      title={`Results for “${asked.q}”`}
      actions={
        <Group gap="md">
          <KindField kind={asked.kind} onChange={(kind) => change({ kind })} />
          <Switch
            label="Only on my services"
            checked={asked.isMine}
            onChange={(event) => change({ isMine: event.currentTarget.checked })}
          />
        </Group>
      }
    >
      <Hits asked={asked} />
    </Page>
  );
}

/** Read what is asked for from an address; a question without a letter or digit is none. */
export function askedOf({ q, kind, mine }: Params): Asked {
  const words = String(q ?? "")
    .trim()
    .slice(0, LONGEST);
  return {
    q: /[\p{L}\p{N}]/u.test(words) ? words : "",
    kind: choiceOf(kind, kindNames, "all"),
    isMine: mine === true || mine === "true",
  };
}

function addressOf({ q, kind, isMine }: Asked): Params {
  return compact({ q, kind: kind === "all" ? undefined : kind, mine: isMine || undefined });
}

function Hits({ asked }: { asked: Asked }) {
  const query = { q: asked.q, mine: asked.isMine, type: typesOf(asked.kind), limit: CARDS };
  const { data, error, refetch, isPlaceholderData, ...paging } = $api.useInfiniteQuery(
    "get",
    "/search",
    { params: { query } },
    {
      ...inPages,
      placeholderData: keepPreviousData,
    },
  );
  const titles = data?.pages.flatMap((page) => page.titles) ?? [];
  if (error && !titles.length) {
    return <ErrorNotice error={error} retry={() => void refetch()} what="The search did not work" />;
  }
  if (!data) return <TitleGridSkeleton />;
  if (!titles.length && !paging.hasNextPage) return <NoHits asked={asked} />;
  return <FoundTitles titles={titles} how="found" paging={paging} isOld={isPlaceholderData} error={error} />;
}

function NoHits({ asked }: { asked: Asked }) {
  return (
    <div role="status">
      <EmptyState
        title={`Nothing found for “${asked.q}”`}
        icon={<IconSearch size={34} />}
        action={
          <List size="sm" spacing={4}>
            <List.Item>
              Type fewer words, or only their beginnings: “shaw red” finds The Shawshank Redemption.
            </List.Item>
            <List.Item>Try the original name, if it has another one here.</List.Item>
            {asked.kind !== "all" || asked.isMine ? (
              <List.Item>Search among all titles, without the choices above.</List.Item>
            ) : null}
          </List>
        }
      >
        No title has a word for each of these.
      </EmptyState>
    </div>
  );
}
