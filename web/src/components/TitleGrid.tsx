import { Button, Center, Loader } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";

import { CardSkeleton } from "./TitleRow";
import classes from "./TitleGrid.module.css";

/** How a list goes on, as TanStack Query tells it. */
export interface Paging {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Cards in as many columns as there is room for; what follows is fetched before its end comes into view. */
export function TitleGrid({ children, paging }: { children: ReactNode[]; paging?: Paging }) {
  return (
    <>
      <ul className={classes.grid}>
        {children.map((child, index) => (
          <li key={index}>{child}</li>
        ))}
      </ul>
      {paging ? <More {...paging} /> : null}
    </>
  );
}

/** Fetches the next page when it comes near, and can be pressed by who does not scroll. */
export function More({ hasNextPage, isFetchingNextPage, fetchNextPage }: Paging) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(fetchNextPage);
  useEffect(() => {
    latest.current = fetchNextPage;
  });
  useEffect(() => {
    const element = end.current;
    if (!element || !hasNextPage || isFetchingNextPage) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && void latest.current(),
      { rootMargin: "600px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage]);
  if (!hasNextPage) return null;
  return (
    <Center ref={end} py="md">
      {isFetchingNextPage ? (
        <Loader role="status" aria-label="Loading more" />
      ) : (
        <Button variant="default" onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </Center>
  );
}

/** Where a grid will be. */
export function TitleGridSkeleton({ cards = 18 }: { cards?: number }) {
  return (
    <div role="status" aria-label="Loading" className={classes.grid}>
      {Array.from({ length: cards }, (_, index) => (
        <CardSkeleton key={index} />
      ))}
    </div>
  );
}
