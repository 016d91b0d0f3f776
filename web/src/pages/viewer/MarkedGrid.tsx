import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { EmptyState, ErrorNotice } from "@/components/States";
import { TitleGrid, TitleGridSkeleton } from "@/components/TitleGrid";

import { useList, withKept, type List, type Marked } from "./lists";
import { listWords } from "./listWords";
import { MarkedCard } from "./MarkedCard";

/** One of the viewer's lists, the latest first. */
export function MarkedGrid({ list }: { list: List }) {
  const { data, error, refetch, ...pages } = useList(list);
  const [kept, setKept] = useState<Marked[]>([]);
  if (error && !data) {
    return <ErrorNotice error={error} what="This list could not be loaded" retry={() => void refetch()} />;
  }
  if (!data) return <TitleGridSkeleton />;
  const titles = withKept(list, data, kept);
  if (!titles.length) {
    const { title, text } = listWords[list].empty;
    return (
      <EmptyState
        title={title}
        action={
          <Button component={Link} to="/">
            To the guide
          </Button>
        }
      >
        {text}
      </EmptyState>
    );
  }
  const keep = (card: Marked) => setKept((cards) => [...cards.filter(({ id }) => id !== card.id), card]);
  return (
    <>
      <TitleGrid paging={error ? undefined : pages}>
        {titles.map(({ card, isOn }) => (
          <MarkedCard key={card.id} list={list} card={card} isOn={isOn} keep={() => keep(card)} />
        ))}
      </TitleGrid>
      {error ? (
        <ErrorNotice error={error} what="The list could not go on" retry={() => void pages.fetchNextPage()} />
      ) : null}
    </>
  );
}
