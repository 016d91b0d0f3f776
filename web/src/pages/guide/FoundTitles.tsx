import { VisuallyHidden } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { counted } from "@/app/words";
import { ErrorNotice } from "@/components/States";
import { TitleCard } from "@/components/TitleCard";
import { TitleGrid, type Paging } from "@/components/TitleGrid";

import classes from "./Browse.module.css";

interface Props {
  titles: Schemas["HitAnswer"][];
  /** What was done to get them: shown, found. */
  how: string;
  paging: Paging;
  /** Whether they are the answer to the question before. */
  isOld: boolean;
  /** Why the next page did not come. */
  error: unknown;
}

/** Titles in a grid that goes on, with their number for those who hear the page. */
export function FoundTitles({ titles, how, paging, isOld, error }: Props) {
  return (
    <div className={isOld ? classes.old : undefined}>
      <VisuallyHidden role="status">
        {counted(titles.length, "title")} {how}
        {paging.hasNextPage ? ", more follow" : null}
      </VisuallyHidden>
      <TitleGrid paging={paging}>
        {titles.map((card, index) => (
          <TitleCard key={card.id} card={card} eager={index < 12} />
        ))}
      </TitleGrid>
      {error ? <ErrorNotice error={error} retry={() => void paging.fetchNextPage()} /> : null}
    </div>
  );
}
