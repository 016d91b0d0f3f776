import { createContext, useContext } from "react";

/** What differs per environment; the deploy writes it to /config.json. */
export interface Config {
  environment: string;
  /** Which release this is, as the API's `GET /version` tells of itself. */
  version: string;
  /** Whether the API's documents are served here, with a page to try them. */
  apiDocs: boolean;
  /** The issuer of the tokens: the user pool. */
  issuer: string;
  clientId: string;
  /** Where the sign-in pages are; without a slash at its end. */
  signInUrl: string;
  /** Where the user pool answers about two-step sign-in; without a slash at its end. */
  userPoolUrl: string;
  /** The name of the identity provider behind the Google button; missing where there is none. */
  googleProvider?: string;
}

/** Fetch the configuration; throws when there is none, because nothing works without. */
export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}

const Context = createContext<Config | null>(null);

/** Gives the configuration to everything below. */
export const Configured = Context.Provider;

/** What the deploy said of this environment. */
export function useConfig(): Config {
  const config = useContext(Context);
  if (!config) throw new Error("useConfig outside of Configured");
  return config;
}
