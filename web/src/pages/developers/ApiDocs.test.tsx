import { MantineProvider } from "@mantine/core";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";

import { setSession } from "@/api/client";
import { Configured, type Config } from "@/config";

import { ApiDocs } from "./ApiDocs";

interface Shown {
  url: string;
  requestInterceptor: (request: { url: string; headers: Record<string, string> }) => Promise<unknown>;
}
const swagger = vi.hoisted(() => vi.fn<(options: Shown) => void>());
vi.mock("swagger-ui-dist/swagger-ui-es-bundle.js", () => ({ default: swagger }));
vi.mock("@/auth/Auth", () => ({ useAuth: () => ({ isSignedIn: true }) }));

beforeEach(() => {
  swagger.mockClear();
  setSession({
    token: () => Promise.resolve("the-token"),
    renew: () => Promise.resolve(null),
    ended: () => undefined,
  });
});

function open(apiDocs: boolean) {
  const router = createRouter({ routeTree: createRootRoute({ component: ApiDocs }), history: createMemoryHistory() });
  render(
    <MantineProvider env="test">
      <Configured value={{ apiDocs } as Config}>
        <RouterProvider router={router as never} />
      </Configured>
    </MantineProvider>,
  );
}

async function sent(url: string, headers: Record<string, string> = {}) {
  open(true);
  await waitFor(() => expect(swagger).toHaveBeenCalled());
  const request = { url, headers };
  await swagger.mock.calls[0]?.[0].requestInterceptor(request);
  return request.headers;
}

test("shows the document of this site", async () => {
  open(true);

  await screen.findByRole("heading", { name: "API documents" });
  await waitFor(() => expect(swagger.mock.calls[0]?.[0].url).toBe("/openapi.json"));
});

test("is no page where the environment keeps its documents to itself", async () => {
  open(false);

  await screen.findByRole("heading", { name: "There is no such page" });
  expect(swagger).not.toHaveBeenCalled();
});

test("tries the API in the name of the viewer", async () => {
  expect(await sent(`${window.location.origin}/api/titles`)).toEqual({ Authorization: "the-token" });
});

test("keeps a token that was typed in", async () => {
  expect(await sent(`${window.location.origin}/api/titles`, { Authorization: "another" })).toEqual({
    Authorization: "another",
  });
});

test.each(["https://elsewhere.example/api/titles", "/openapi.json"])(
  "gives the token to nobody else: %s",
  async (url) => {
    expect(await sent(url)).toEqual({});
  },
);
