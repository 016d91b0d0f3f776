import { useState } from "react";

/** What stands in a field that is written to the address later: it follows when the address changes by other means. */
export function useDraft(current: string): [string, (draft: string) => void] {
  const [draft, setDraft] = useState(current);
  const [shown, setShown] = useState(current);
  if (shown !== current) {
    setShown(current);
    if (draft.trim() !== current) setDraft(current);
  }
  return [draft, setDraft];
}
