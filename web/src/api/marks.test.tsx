import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { useMarks, withChange } from "./marks";

const card = (id: string) => ({ id, title: `Title ${id}`, followed: false, watched: false, hidden: false });
const list = ["get", "/titles", { params: { query: { limit: 20 } } }];
const page = ["get", "/titles/{title_id}", { params: { path: { title_id: "1" } } }];

describe("withChange", () => {
  it("marks the title on every page and leaves the others alone", () => {
    const data = { pages: [{ titles: [card("1"), card("2")] }, { titles: [card("1")] }], pageParams: [null, "x"] };

    const after = withChange(data, "1", { mark: "followed", on: true });

    expect(after.pages.map(({ titles }) => titles.map(({ followed }) => followed))).toEqual([[true, false], [true]]);
    expect(after.pages[0]?.titles[1]).toBe(data.pages[0]?.titles[1]);
  });

  it("returns the same answer where the title is not in it", () => {
    const data = { titles: [card("2")], genres: [{ id: "1", name: "Action" }] };

    expect(withChange(data, "1", { mark: "hidden", on: true })).toBe(data);
  });

  it("does not empty a rating in the list of ratings", () => {
    const data = { ratings: [{ ...card("1"), rating: 8 }] };

    expect(withChange(data, "1", { mark: "rating", rating: null })).toBe(data);
    expect(withChange(data, "1", { mark: "rating", rating: 9 }).ratings[0]?.rating).toBe(9);
  });
});

describe("useMarks", () => {
  afterEach(() => vi.unstubAllGlobals());

  function render(answer: () => Promise<Response>) {
    vi.stubGlobal("fetch", vi.fn(answer));
    const queries = new QueryClient();
    queries.setQueryData(list, { titles: [card("1")], next: null });
    queries.setQueryData(page, { ...card("1"), my_rating: 6 });
    const wrapper = ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    );
    return { queries, ...renderHook(() => useMarks("1"), { wrapper }) };
  }

  it("shows a change before the API has answered, in lists and on the title's page", async () => {
    const { queries, result } = render(() => new Promise(() => undefined));

    act(() => result.current.setFollowed(true));

    await waitFor(() => expect(queries.getQueryData(page)).toMatchObject({ followed: true }));
    expect(queries.getQueryData(list)).toMatchObject({ titles: [{ followed: true }] });
  });

  it("goes back to the rating there was when the API refuses", async () => {
    const refusal = { error: { code: "not_found", message: "There is no title 1." } };
    const { queries, result } = render(() => Promise.resolve(Response.json(refusal, { status: 404 })));
    const seen: unknown[] = [];
    queries.getQueryCache().subscribe(() => seen.push((queries.getQueryData(page) as { my_rating: number }).my_rating));

    act(() => result.current.rate(9));

    await waitFor(() => expect(seen).toContain(9));
    await waitFor(() => expect(seen.at(-1)).toBe(6));
  });
});
