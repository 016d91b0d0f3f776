import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

const PAUSE = 200;

/** The field of the header: what is typed is searched for as soon as the typing pauses; `/` leads here. */
export function SearchField() {
  const navigate = useNavigate();
  const { path, asked } = useRouterState({
    select: (state) => ({
      path: state.location.pathname,
      asked: ((state.location.search as { q?: unknown }).q ?? "") as string,
    }),
  });
  const [text, setText] = useState("");
  const [shown, setShown] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const pause = useRef<number>(undefined);

  // Another page, the way back, or a link to a search: the field follows.
  const current = path === "/search" ? String(asked) : "";
  if (shown !== current) {
    setShown(current);
    if (current.trim() !== text.trim()) setText(current);
  }

  useEffect(() => {
    const jump = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || target.closest("input, textarea, [contenteditable]"))
        return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", jump);
    return () => window.removeEventListener("keydown", jump);
  }, []);

  const search = (q: string) => void navigate({ to: "/search", search: { q }, replace: path === "/search" });

  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        window.clearTimeout(pause.current);
        search(text.trim());
      }}
    >
      <TextInput
        ref={field}
        type="search"
        aria-label="Search titles"
        placeholder="Search titles"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          window.clearTimeout(pause.current);
          if (typed.trim() || path === "/search") pause.current = window.setTimeout(() => search(typed.trim()), PAUSE);
        }}
      />
    </form>
  );
}
