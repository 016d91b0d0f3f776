import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";

import { DeleteAccount } from "./DeleteAccount";

const signOut = vi.fn();
vi.mock("@/auth/Auth", () => ({ useAuth: () => ({ email: "me@example.com", signOut }) }));

afterEach(() => {
  vi.unstubAllGlobals();
  signOut.mockReset();
});

async function open(answer: Response) {
  const asked = vi.fn<(request: Request) => Promise<Response>>(() => Promise.resolve(answer));
  vi.stubGlobal("fetch", asked);
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <DeleteAccount />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Delete my account" }));
  return asked;
}

it("deletes only after the address has been typed, and then signs out", async () => {
  const asked = await open(new Response(null, { status: 204 }));
  const button = screen.getByRole("button", { name: "Delete it for good" });
  await userEvent.type(screen.getByLabelText(/to confirm/), "you@example.com{Enter}");
  expect(button).toHaveProperty("disabled", true);

  await userEvent.clear(screen.getByLabelText(/to confirm/));
  await userEvent.type(screen.getByLabelText(/to confirm/), "Me@example.com");
  await userEvent.click(button);

  await waitFor(() => expect(signOut).toHaveBeenCalled());
  expect(asked.mock.calls.map(([request]) => `${request.method} ${new URL(request.url).pathname}`)).toEqual([
    "DELETE /api/me",
  ]);
});

it("says why when the account could not be deleted, and stays signed in", async () => {
  await open(Response.json({ error: { code: "unavailable", message: "The store does not answer." } }, { status: 503 }));
  await userEvent.type(screen.getByLabelText(/to confirm/), "me@example.com{Enter}");

  expect(await screen.findByText("The store does not answer.")).toBeTruthy();
  expect(signOut).not.toHaveBeenCalled();
});
