import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { replaySentence } from "./inbox";
import { open, serve, type Asked } from "./rendered";

afterEach(() => vi.unstubAllGlobals());

const failure = (id: string, reason: string) => ({
  id,
  kind: "message",
  source: "enrichment",
  reason,
  first_at: "2026-11-20T08:00:00Z",
  last_at: "2026-11-20T09:00:00Z",
  age_seconds: 60,
  attempts: 2,
  state: "open",
  note: "",
  who: "",
  preview: "{}",
  way: "send",
});
const one = failure("a1", "TMDB answered 503");
const other = failure("b2", "No credits");

/** An inbox with two failures; `answer` is what a POST gets. */
const inbox = (answer: (asked: Asked) => [number, unknown], counts: Record<string, number> = { enrichment: 2 }) =>
  serve((asked) => {
    if (asked.method === "POST") return answer(asked);
    if (asked.path === "/admin/failures") return [200, { failures: [one, other], next: null, open: counts }];
    return [200, { ...one, payload: '{"title_id": "7"}', attributes: {} }];
  });
const posts = (asked: Asked[]) => asked.filter(({ method }) => method === "POST");

test("what came of a replay is one sentence that hides nothing", () => {
  expect(replaySentence({ replayed: 1, failed: 0, left: 0 })).toBe("1 failure was replayed.");
  expect(replaySentence({ replayed: 40, failed: 2, left: 1 })).toBe(
    "40 failures were replayed; 2 failures could not be given back; 1 failure is left: replay again.",
  );
});

test("only the chosen are replayed", async () => {
  const asked = inbox(() => [202, { replayed: 1, failed: 0, left: 0 }]);
  const user = userEvent.setup();
  open("/admin/failures");
  await user.click(await screen.findByRole("checkbox", { name: "Choose: No credits" }));
  await user.click(screen.getByRole("button", { name: "Replay chosen (1)" }));
  expect(await screen.findByText("1 failure was replayed.")).toBeTruthy();
  expect(posts(asked)).toMatchObject([{ path: "/admin/failures/replay", body: { ids: ["b2"] } }]);
});

test("all of a source are replayed, however many are shown", async () => {
  const asked = inbox(() => [202, { replayed: 300, failed: 0, left: 12 }], { enrichment: 312 });
  open("/admin/failures?source=enrichment");
  await userEvent.click(await screen.findByRole("button", { name: "Replay all 312 of Enrichment" }));
  expect(await screen.findByText(/12 failures are left/)).toBeTruthy();
  expect(posts(asked)[0]?.body).toEqual({ source: "enrichment" });
});

test("what the archive could not collect is one line that is replayed by its source", async () => {
  const asked = inbox(() => [202, { replayed: 37, failed: 0, left: 0 }], { enrichment: 2, archive_collector: 37 });
  open("/admin/failures");
  await userEvent.click(await screen.findByRole("button", { name: "Replay all of the archive" }));
  await waitFor(() => expect(posts(asked)[0]?.body).toEqual({ source: "archive_collector" }));
});

test("a failure that cannot be given back stays open and says why", async () => {
  inbox(() => [202, { id: "a1", state: "open", reason: "The records are not in the stream any more." }]);
  open("/admin/failures?failure=a1");
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(await dialog.findByRole("button", { name: "Replay" }));
  expect((await dialog.findByRole("alert")).textContent).toContain("not in the stream any more");
});

test("nothing is discarded without a note", async () => {
  const asked = inbox(() => [200, { ...one, state: "discarded", payload: "", attributes: {} }]);
  const user = userEvent.setup();
  const router = open("/admin/failures?failure=a1");
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(await dialog.findByRole("button", { name: "Discard …" }));
  const discard = dialog.getByRole<HTMLButtonElement>("button", { name: "Discard" });
  expect(discard.disabled).toBe(true);
  await user.type(dialog.getByRole("textbox", { name: /Why it is discarded/ }), " Old ");
  await user.click(discard);
  await waitFor(() =>
    expect(posts(asked)).toMatchObject([{ path: "/admin/failures/a1/discard", body: { note: "Old" } }]),
  );
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});
