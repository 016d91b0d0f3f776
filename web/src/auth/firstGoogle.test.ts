import { ErrorResponse } from "oidc-client-ts";
import { expect, it } from "vitest";

import { addressAfter } from "./Auth";
import { pageToSignInAgainFor, reasonOf } from "./firstGoogle";

const linked = "Already found an entry for username Google_104567";
const failed = (error_description: string, userState: unknown) =>
  new ErrorResponse({ error: "invalid_request", error_description, userState });

it("sends who has just been linked to Google once more, for the page that was open", () => {
  expect(pageToSignInAgainFor(failed(linked, "/following"))).toBe("/following");
  expect(pageToSignInAgainFor(failed(linked.replace("Google", "google"), undefined))).toBe("/");
});

it("does so once", () => {
  expect(pageToSignInAgainFor(failed(linked, { to: "/following", isSecond: true }))).toBeNull();
});

it.each([failed("PreSignUp failed with error No.", "/"), new Error(linked), null])(
  "leaves other failures to be told: %s",
  (error) => expect(pageToSignInAgainFor(error)).toBeNull(),
);

it("goes on after the second one with the page that was open before the first", () => {
  const after = (state: unknown) => addressAfter({ state } as Parameters<typeof addressAfter>[0]);

  expect(after({ to: "/following", isSecond: true })).toBe("/following");
  expect(after("/following")).toBe("/following");
  expect(after({ to: "//evil.example", isSecond: true })).toBe("/");
  expect(after({ isSecond: true })).toBe("/");
});

it("tells why Marquee refused without the words around it", () => {
  expect(reasonOf("PreSignUp failed with error This account has been closed.. ")).toBe("This account has been closed.");
  expect(reasonOf("User cancelled.")).toBe("User cancelled.");
});
