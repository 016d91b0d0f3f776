import { afterEach, describe, expect, it, vi } from "vitest";

import { eraseAccount, readExport } from "./myData";

const mark = (title_id: string) => ({ title_id, title: "A film", year: 1999, at: "2026-06-03T05:30:00.000Z" });
const part = (follows: string[], next: string | null) => ({
  profile: { id: "u", email: "me@example.com" },
  preferences: { sources: ["203"], genres: [] },
  settings: { region: null, email_digest: "off" },
  calendar: null,
  follows: follows.map(mark),
  ratings: [],
  watched: [],
  hidden: [],
  notifications: [],
  next,
});
const refusal = (status: number, code: string) => Response.json({ error: { code, message: "Ask again." } }, { status });

function answer(...answers: Response[]) {
  const asked = vi.fn<(request: Request) => Promise<Response>>(() =>
    Promise.resolve(answers.shift() ?? refusal(500, "too_often")),
  );
  vi.stubGlobal("fetch", asked);
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe("readExport", () => {
  it("follows all parts and joins their lists", async () => {
    const asked = answer(Response.json(part(["1", "2"], "more")), Response.json(part(["3"], null)));
    const told: number[] = [];

    const all = await readExport((entries) => told.push(entries));

    expect(asked.mock.calls.map(([request]) => new URL(request.url).search)).toEqual(["", "?next=more"]);
    expect(all.follows.map(({ title_id }) => title_id)).toEqual(["1", "2", "3"]);
    expect(all).not.toHaveProperty("next");
    expect(told).toEqual([2, 3]);
  });
});

describe("eraseAccount", () => {
  it("asks again while the API says that it has not finished", async () => {
    const asked = answer(
      refusal(503, "not_finished"),
      refusal(503, "not_finished"),
      new Response(null, { status: 204 }),
    );

    await eraseAccount();

    expect(asked).toHaveBeenCalledTimes(3);
  });

  it("gives up at any other refusal", async () => {
    const asked = answer(refusal(503, "store_unavailable"));

    await expect(eraseAccount()).rejects.toThrow("Ask again.");
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
