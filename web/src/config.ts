/** What differs per environment; the deploy writes it to /config.json. */
export interface Config {
  environment: string;
  /** The issuer of the tokens: the user pool. */
  issuer: string;
  clientId: string;
  /** Where the sign-in pages are; without a slash at its end. */
  signInUrl: string;
  /** The name of the identity provider behind the Google button; missing where there is none. */
  googleProvider?: string;
}

/** Fetch the configuration; throws when there is none, because nothing works without. */
export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
