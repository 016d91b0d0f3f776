import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { configure, render } from "@testing-library/react";
import { vi } from "vitest";

import { makeQueryClient } from "@/api/query";

import { Failures } from "./Failures";
import { JobPage } from "./JobPage";
import { Jobs } from "./Jobs";

// A page opens with a dialog, a portal and requests: more than a second on a busy machine.
configure({ asyncUtilTimeout: 5_000 });
vi.setConfig({ testTimeout: 20_000 });

/** A request that a test's server was asked. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** For tests: answer the API's requests by `answer`, which gives a status and a body. */
export function serve(answer: (asked: Asked) => [number, unknown]): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    const asked = {
      method: request.method,
      path: pathname.replace(/^\/api/, ""),
      query: searchParams,
      body: text ? (JSON.parse(text) as unknown) : null,
    };
    all.push(asked);
    const [status, body] = answer(asked);
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  return all;
}

/** For tests: open a page of the operators at an address; answers with its router. */
export function open(address: string) {
  const root = createRootRoute({ component: Outlet });
  const operators = createRoute({ getParentRoute: () => root, id: "operators" });
  const admin = createRoute({ getParentRoute: () => operators, path: "/admin" });
  const page = (path: string, component: () => React.ReactNode) =>
    createRoute({ getParentRoute: () => admin, path, component });
  const router = createRouter({
    routeTree: root.addChildren([
      operators.addChildren([
        admin.addChildren([page("/jobs", Jobs), page("/jobs/$id", JobPage), page("/failures", Failures)]),
      ]),
    ]),
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={makeQueryClient()}>
        <Notifications />
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return router;
}
