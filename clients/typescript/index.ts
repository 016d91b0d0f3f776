import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./schema";

/** What the API's document calls things: `Schemas["CardAnswer"]`. */
export type Schemas = components["schemas"];

/** Requests by method and path, answered by `{ data, error, response }`; nothing is thrown for a refusal. */
export type Marquee = Client<paths>;

export interface Options {
  /** Where the API is, such as `https://example.org/api`. */
  baseUrl: string;
  /** Called before each request for the ID token of whom it is made for; ID tokens last an hour. */
  token?: () => Promise<string> | string;
  /** The key of a producer, for sending events. */
  apiKey?: string;
}

/** Make a client of the API. */
export function createMarquee({ baseUrl, token, apiKey }: Options): Marquee {
  const marquee = createClient<paths>({
    baseUrl,
    headers: apiKey ? { "X-API-Key": apiKey } : {},
    querySerializer: { array: { style: "form", explode: true } },
  });
  if (token) {
    marquee.use({
      async onRequest({ request }) {
        request.headers.set("Authorization", await token());
        return request;
      },
    });
  }
  return marquee;
}
