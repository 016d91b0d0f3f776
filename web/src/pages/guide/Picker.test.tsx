import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Picker } from "./Picker";

const service = (id: string, name: string, regions: string[]) => ({ id, name, type: "sub", logo: null, regions });
const sources = [service("203", "Netflix", ["GB", "IE"]), service("409", "BBC iPlayer", ["GB"])];
const genres = [
  { id: "1", name: "Action", tmdb_id: 28 },
  { id: "4", name: "Comedy", tmdb_id: 35 },
];
const settings = { regions: ["GB"], email_digest: "off" as const, email_available: false };

const fetched = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => {
  fetched.mockImplementation(() => Promise.resolve(new Response(null, { status: 204 })));
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

async function show(chosen: { sources: string[]; genres: string[] }, region = "GB") {
  const picker = () => (
    <Picker chosen={chosen} settings={{ ...settings, region }} sources={sources} genres={genres} isNew />
  );
  const router = createRouter({
    routeTree: createRootRoute({ component: picker }),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  const queries = new QueryClient();
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { queries, save: await screen.findByRole<HTMLButtonElement>("button", { name: "Show my guide" }) };
}

it("is filled in and saved by keyboard alone", async () => {
  const { queries, save } = await show({ sources: [], genres: [] });
  await userEvent.click(save);
  expect(document.activeElement).toBe(screen.getByRole("searchbox", { name: "Find a service" }));

  await userEvent.keyboard("iplay{Enter}{Enter}");
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Choose all genres" }));
  await userEvent.keyboard("{Enter}");
  save.focus();
  await userEvent.keyboard("{Enter}");

  const wanted = { sources: ["409"], genres: ["1", "4"] };
  await waitFor(() => expect(queries.getQueryData(["get", "/preferences"])).toEqual(wanted));
  const bodies = await Promise.all(fetched.mock.calls.map(([request]) => request.json() as Promise<unknown>));
  expect(bodies).toEqual([{ region: "GB" }, wanted]);
});

it("leaves out services that the country does not have", async () => {
  const { save } = await show({ sources: ["203", "409"], genres: ["1"] }, "IE");

  expect(screen.queryByRole("checkbox", { name: "BBC iPlayer" })).toBeNull();
  await userEvent.click(save);

  await waitFor(() => expect(fetched).toHaveBeenCalledTimes(2));
  expect(await fetched.mock.calls[1]?.[0].json()).toEqual({ sources: ["203"], genres: ["1"] });
});

it("says why a choice was not saved and keeps it", async () => {
  const refusal = { error: { code: "unknown_ids", message: "There is no such id: sources 409." } };
  fetched.mockImplementation(() => Promise.resolve(Response.json(refusal, { status: 400 })));
  const { save } = await show({ sources: ["409"], genres: ["1"] });

  await userEvent.click(save);

  expect((await screen.findByRole("alert")).textContent).toContain("There is no such id: sources 409.");
  expect(screen.getByRole<HTMLInputElement>("checkbox", { name: "BBC iPlayer" }).checked).toBe(true);
});
