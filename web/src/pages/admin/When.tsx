import { useSyncExternalStore } from "react";

import { ago, when } from "./format";

const STEP = 10_000;

/** The time in steps of ten seconds: one clock for the page, however many show how old something is. */
function subscribe(tell: () => void): () => void {
  const timer = window.setInterval(tell, STEP);
  return () => window.clearInterval(timer);
}
const now = () => Math.ceil(Date.now() / STEP) * STEP;

/** How long ago something was, or when it will be; the exact time on pointing at it. */
export function When({ at, none = "never" }: { at: string | null | undefined; none?: string }) {
  const current = useSyncExternalStore(subscribe, now);
  if (!at) return <span>{none}</span>;
  return (
    <time dateTime={at} title={when(at)}>
      {ago(at, current)}
    </time>
  );
}
