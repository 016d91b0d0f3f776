import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";

import { TwoStepSettings } from "./TwoStepSettings";

const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const signIn = vi.fn();
const signInToChange = vi.fn();
let tokenToChange: string | null = "may-change";
vi.mock("@/auth/Auth", () => ({ useAuth: () => ({ email: "me@example.com", signIn, signInToChange, tokenToChange }) }));
vi.mock("@/config", () => ({ useConfig: () => ({ userPoolUrl: "https://pool.example" }) }));

afterEach(() => {
  vi.unstubAllGlobals();
  signIn.mockReset();
  tokenToChange = "may-change";
});

type Answers = Record<string, (sent: Record<string, unknown>) => Response>;

/** Open the settings before a pool that answers so; returns what was asked of it. */
function open(answers: Answers) {
  const asked: [string, Record<string, unknown>][] = [];
  vi.stubGlobal("fetch", (url: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    expect(url).toBe("https://pool.example/");
    const operation = (headers["X-Amz-Target"] ?? "").replace("AWSCognitoIdentityProviderService.", "");
    const sent = JSON.parse(body) as Record<string, unknown>;
    asked.push([operation, sent]);
    return Promise.resolve(answers[operation]?.(sent) ?? Response.json({}));
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <TwoStepSettings />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { asked, queries };
}

const off: Answers = {
  GetUser: () => Response.json({ Username: "1" }),
  AssociateSoftwareToken: () => Response.json({ SecretCode: SECRET }),
  VerifySoftwareToken: ({ UserCode }) =>
    UserCode === "123456"
      ? Response.json({ Status: "SUCCESS" })
      : Response.json({ __type: "EnableSoftwareTokenMFAException", message: "Code mismatch" }, { status: 400 }),
};

it("asks for the right to change it before it asks the pool anything", async () => {
  tokenToChange = null;
  const { asked } = open(off);

  await userEvent.click(screen.getByRole("button", { name: "Set up or turn off" }));

  expect(signInToChange).toHaveBeenCalledWith("/settings");
  expect(asked).toEqual([]);
});

it("turns on once the app has proven that it has the secret, and gives the right up", async () => {
  const { asked, queries } = open(off);
  await userEvent.click(await screen.findByRole("button", { name: "Set up an authenticator app" }));
  expect((await screen.findByLabelText("Key")).textContent?.replaceAll(" ", "")).toBe(SECRET);
  expect(screen.getByTitle("QR code with the key")).toBeTruthy();

  await userEvent.type(screen.getByLabelText(/Code that the app shows/), "000 000{Enter}");
  expect((await screen.findByRole("alert")).textContent).toContain("not right");
  await userEvent.clear(screen.getByLabelText(/Code that the app shows/));
  await userEvent.type(screen.getByLabelText(/Code that the app shows/), "123 456{Enter}");

  await waitFor(() => expect(signIn).toHaveBeenCalledWith("/settings"));
  expect(asked.at(-1)).toEqual([
    "SetUserMFAPreference",
    { AccessToken: "may-change", SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } },
  ]);
  expect(
    JSON.stringify(
      queries
        .getQueryCache()
        .getAll()
        .map((each) => each.state.data),
    ),
  ).not.toContain(SECRET);
  expect(JSON.stringify(Object.values({ ...sessionStorage, ...localStorage }))).not.toContain(SECRET);
});

it("turns off, and gives the right up", async () => {
  const { asked } = open({ GetUser: () => Response.json({ UserMFASettingList: ["SOFTWARE_TOKEN_MFA"] }) });

  await userEvent.click(await screen.findByRole("button", { name: "Turn off" }));

  await waitFor(() => expect(signIn).toHaveBeenCalledWith("/settings"));
  expect(asked.at(-1)?.[1]).toMatchObject({ SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false } });
});

it("says so when the right has run out", async () => {
  open({ GetUser: () => Response.json({ __type: "NotAuthorizedException" }, { status: 400 }) });

  expect((await screen.findByRole("alert")).textContent).toContain("Sign in once more");
});
