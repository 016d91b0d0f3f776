import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";

import { Notifications } from "./Notifications";

const told = (id: string, title: string, read: boolean) => ({
  id,
  kind: "arrived",
  at: "2026-06-03T05:30:00.000Z",
  title_id: id,
  title,
  year: 2022,
  type: "tv_series",
  poster: null,
  source_id: "203",
  source_name: "Netflix",
  region: "GB",
  season: null,
  provider: "watchmode",
  read,
  read_at: null,
  expires_at: "2026-09-01T05:30:00.000Z",
});
const bell = ["get", "/notifications", { params: { query: { limit: 1 } } }];

afterEach(() => vi.unstubAllGlobals());

function open(marking: () => Response | Promise<Response>) {
  const asked: string[] = [];
  const page = { notifications: [told("1", "Severance", false), told("2", "Arcane", false)], unread: 5, next: null };
  vi.stubGlobal("fetch", (request: Request) => {
    const { pathname } = new URL(request.url);
    if (request.method === "POST") asked.push(pathname);
    if (request.method === "POST") return Promise.resolve(marking());
    return Promise.resolve(Response.json(pathname.endsWith("/sources") ? { sources: [] } : page));
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(bell, page);
  const router = createRouter({
    routeTree: createRootRoute({ component: Notifications }),
    history: createMemoryHistory(),
  });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { asked, unread: () => queries.getQueryData<typeof page>(bell)?.unread };
}

it("marks one as read: it stays, the bell counts one less, the focus stays in its row", async () => {
  const { asked, unread } = open(() => new Response(null, { status: 204 }));

  await userEvent.click(await screen.findByRole("button", { name: "Mark as read: Severance is now on Netflix" }));

  await waitFor(() => expect(unread()).toBe(4));
  expect(asked).toEqual(["/api/notifications/1/read"]);
  expect(screen.queryByRole("button", { name: /Mark as read: Severance/ })).toBeNull();
  expect(document.activeElement?.textContent).toBe("Severance");
  expect(screen.getByRole("button", { name: /Mark as read: Arcane/ })).toBeTruthy();
});

it("marks all as read, also those that are not on the page", async () => {
  const { asked, unread } = open(() => new Response(null, { status: 204 }));

  await userEvent.click(await screen.findByRole("button", { name: "Mark all as read" }));

  await waitFor(() => expect(unread()).toBe(0));
  expect(asked).toEqual(["/api/notifications/read"]);
});

it("takes it back when the API refuses", async () => {
  let refuse: (response: Response) => void = () => undefined;
  const { unread } = open(() => new Promise<Response>((resolve) => (refuse = resolve)));

  await userEvent.click(await screen.findByRole("button", { name: /Mark as read: Severance/ }));
  await waitFor(() => expect(unread()).toBe(4));
  refuse(Response.json({ error: { code: "x", message: "Not now." } }, { status: 503 }));

  await waitFor(() => expect(unread()).toBe(5));
  expect(await screen.findByRole("button", { name: /Mark as read: Severance/ })).toBeTruthy();
});
