import { ErrorResponse } from "oidc-client-ts";

/** What a sign-in remembers: where to go on, and whether it is the second one of the same wish. */
export interface SignInState {
  to: string;
  isSecond: true;
}

/**
 * The page to go on with when somebody has to be sent to Google once more; null in all other cases.
 *
 * The first time that somebody comes from Google, the pool links them to the user of the same address, and answers that
 * very sign-in with an error all the same. The next one works. Whoever comes back from the second one with the error
 * again is told.
 */
export function pageToSignInAgainFor(error: unknown): string | null {
  if (!(error instanceof ErrorResponse) || !/^Already found an entry for username/i.test(error.message)) return null;
  if (isSecond(error.state)) return null;
  return typeof error.state === "string" ? error.state : "/";
}

/** The page that was open before a sign-in. */
export const pageOf = (state: unknown): unknown => (isSecond(state) ? state.to : state);

/** Why signing in failed, in the words of whoever refused it. */
export const reasonOf = (message: string): string =>
  message.replace(/^PreSignUp failed with error (.*?)\.?\.?\s*$/, "$1.");

const isSecond = (state: unknown): state is SignInState =>
  typeof state === "object" && state !== null && "isSecond" in state;
