import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { FunctionComponent } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { makeQueryClient } from "@/api/query";

import { AddMovie } from "./AddMovie";
import { ImportPage } from "./ImportPage";
import { importFile } from "./upload";

type Answers = Record<string, (request: Request) => unknown>;

afterEach(() => vi.unstubAllGlobals());

/** Answer requests by "METHOD /path"; what is not there is not found. Returns all that were made. */
function answering(answers: Answers): Request[] {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    requests.push(request.clone());
    const answer = answers[`${request.method} ${new URL(request.url).pathname.replace(/^\/api/, "")}`]?.(request);
    const refusal = { error: { code: "not_found", message: "There is nothing." } };
    return Promise.resolve(
      answer instanceof Response ? answer : Response.json(answer ?? refusal, { status: answer ? 200 : 404 }),
    );
  });
  return requests;
}

function open(path: string, route: string, component: FunctionComponent) {
  const root = createRootRoute({ component: Outlet });
  const routeTree = root.addChildren([
    createRoute({ getParentRoute: () => root, path: route, component }),
    createRoute({ getParentRoute: () => root, path: "$", component: () => null }),
  ]);
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [path] }) });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

describe("AddMovie", () => {
  const there = { id: "m1", title: "Vertigo" };

  async function fillIn() {
    const user = userEvent.setup();
    open("/library/add", "/library/add", AddMovie);
    await user.type(await screen.findByRole("textbox", { name: "Title" }), "Vertigo");
    await user.type(screen.getByRole("combobox", { name: "Genres" }), "Mystery{Enter}");
    return user;
  }

  it("tells what becomes of a film, and is empty for the next one", async () => {
    const states = ["queued", "duplicate"];
    const requests = answering({
      "POST /movies": () => ({ id: "r1", message: "Request queued", status_url: "/api/movies/requests/r1" }),
      "GET /movies/requests/r1": () => ({ id: "r1", kind: "add", state: states.shift(), reason: null, movie: there }),
    });
    const user = await fillIn();

    await user.click(screen.getByRole("button", { name: "Add the film" }));

    expect(await screen.findByText(/In the queue/)).toBeTruthy();
    expect(await screen.findByText(/has this film already/, undefined, { timeout: 3000 })).toBeTruthy();
    expect(screen.getByRole("link", { name: "The one that is there" }).getAttribute("href")).toBe("/library/movies/m1");
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Title" }).value).toBe("");
    const sent = requests.find(({ method }) => method === "POST");
    expect(await sent?.json()).toMatchObject({ title: "Vertigo", genres: ["Mystery"], rating: null });
  });

  it("sends the same request again after a failure", async () => {
    const failure = () => Response.json({ error: { code: "unavailable", message: "Try again." } }, { status: 503 });
    const requests = answering({ "POST /movies": failure });
    const user = await fillIn();

    await user.click(screen.getByRole("button", { name: "Add the film" }));
    await screen.findByText("Try again.");
    await user.click(screen.getByRole("button", { name: "Add the film" }));

    const keys = () =>
      requests.filter(({ method }) => method === "POST").map(({ headers }) => headers.get("idempotency-key"));
    await waitFor(() => expect(keys()).toHaveLength(2));
    expect(keys()[0]).toBeTruthy();
    expect(keys()[1]).toBe(keys()[0]);
  });

  it("shows what the API says of a field at the field", async () => {
    const details = [{ field: "title", problem: "must not have control characters", value: "" }];
    answering({
      "POST /movies": () =>
        Response.json({ error: { code: "invalid_movie", message: "This is no movie.", details } }, { status: 400 }),
    });
    const user = await fillIn();

    await user.click(screen.getByRole("button", { name: "Add the film" }));

    expect(await screen.findByText("must not have control characters")).toBeTruthy();
    expect(screen.getByRole("textbox", { name: "Title" }).getAttribute("aria-invalid")).toBe("true");
  });
});

describe("ImportPage", () => {
  it("starts an import from its preview and shows it run", async () => {
    const none = { found: 0, added: 0, duplicate: 0, failed: 0, left: 0, removed: 0, kept: 0 };
    const made = {
      id: "i1",
      state: "preview",
      source: { kind: "upload", name: "films.csv" },
      mapping: {},
      counts: none,
      problem: null,
      started_by: "me",
      started_at: "2026-11-21T09:00:00.000Z",
      finished_at: null,
      preview: {
        format: "Letterboxd",
        columns: ["Name", "Year"],
        mapping: { title: "Name", year: "Year", rating_of: "5", default_genre: "Unknown" },
        rows: [{ Name: "Vertigo", Year: "1958" }],
        expected_duplicates: 1,
        looked_at: 1,
        problems: [],
      },
    };
    let shown: object = made;
    answering({
      "GET /imports/i1": () => shown,
      "POST /imports/i1/start": () => {
        shown = { ...made, state: "running", counts: { ...none, found: 4, added: 1, duplicate: 1, left: 2 } };
        return { id: "i1", state: "running", status_url: "/api/imports/i1" };
      },
    });
    open("/library/imports/i1", "/library/imports/$id", ImportPage);

    expect(await screen.findByText(/Recognised as Letterboxd.*1 is in the library already/)).toBeTruthy();
    expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Year" }).value).toBe("Year");
    await userEvent.click(screen.getByRole("button", { name: "Start the import" }));

    expect(await screen.findByText("2 of the 4 rows found so far are done.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
  });
});

describe("importFile", () => {
  const file = new File(["title,genre\nVertigo,Mystery\n"], "films.csv");
  const upload = { url: "https://uploads.example/1", method: "PUT", headers: { "Content-Type": "text/csv" } };

  /** A browser's upload that ends with a status, half way said. */
  function uploading(status: number) {
    const sent: unknown[] = [];
    class Upload {
      upload: { onprogress?: (event: { loaded: number }) => void } = {};
      onload?: () => void;
      status = status;
      open = (...what: unknown[]) => sent.push(what);
      setRequestHeader = (...what: unknown[]) => sent.push(what);
      send = (body: unknown) => {
        sent.push(body);
        this.upload.onprogress?.({ loaded: file.size / 2 });
        this.onload?.();
      };
    }
    vi.stubGlobal("XMLHttpRequest", Upload);
    return sent;
  }

  const asked = (requests: Request[]) => requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);

  it("uploads as it is told and has the rows read", async () => {
    const sent = uploading(200);
    const requests = answering({
      "POST /imports": () => ({ id: "i1", state: "awaiting_upload", upload }),
      "POST /imports/i1/read": () => ({ id: "i1", state: "reading" }),
    });
    const progress = vi.fn();

    expect(await importFile(file, progress)).toBe("i1");

    expect(sent).toEqual([["PUT", upload.url], ["Content-Type", "text/csv"], file]);
    expect(progress).toHaveBeenCalledWith(0.5);
    expect(asked(requests)).toEqual(["POST /api/imports", "POST /api/imports/i1/read"]);
  });

  it("cancels an import whose file did not arrive", async () => {
    uploading(403);
    const requests = answering({
      "POST /imports": () => ({ id: "i1", state: "awaiting_upload", upload }),
      "POST /imports/i1/cancel": () => ({ id: "i1", state: "cancelled" }),
    });

    await expect(importFile(file, () => undefined)).rejects.toThrow("could not be uploaded");

    expect(asked(requests)).toEqual(["POST /api/imports", "POST /api/imports/i1/cancel"]);
  });
});
