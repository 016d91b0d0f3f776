import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";

import { errorOfResponse } from "./errors";
import type { components, paths } from "./schema";

/** What the API's documents call things: `Schemas["CardAnswer"]`. */
export type Schemas = components["schemas"];

/** How requests get a token, and what is done when a session cannot go on; set once by the sign-in. */
export interface Session {
  /** The ID token to send; null when nobody is signed in. */
  token: () => Promise<string | null>;
  /** Try to get a new token without asking the viewer; null when that fails. */
  renew: () => Promise<string | null>;
  /** Called when a request was refused although a renewal was tried. */
  ended: () => void;
}

const nobody: Session = {
  token: () => Promise.resolve(null),
  renew: () => Promise.resolve(null),
  ended: () => undefined,
};
let session = nobody;

/** Make all later requests in the name of `next`. */
export function setSession(next: Session): void {
  session = next;
}

/** The ID token that requests are sent with just now; null when nobody is signed in. */
export const currentToken = (): Promise<string | null> => session.token();

const withToken = (request: Request, token: string | null): Request => {
  if (token) request.headers.set("Authorization", token);
  return request;
};

/**
 * Sends the token; a 401 is answered by one silent renewal and the same request again. Whatever is not 2xx is thrown
 * as an ApiError, so that queries fail with a sentence.
 */
const authorised: Middleware = {
  async onRequest({ request }) {
    // A body can be read once; the copy is for the second try.
    spare.set(request, request.clone());
    return withToken(request, await session.token());
  },
  async onResponse({ request, response }) {
    const copy = spare.get(request);
    if (response.status === 401 && copy && (await session.token())) {
      const token = await session.renew();
      if (token) {
        const again = await fetch(withToken(copy, token));
        if (again.ok) return again;
        throw await errorOfResponse(again);
      }
      session.ended();
    }
    if (!response.ok) throw await errorOfResponse(response);
    return response;
  },
};
const spare = new WeakMap<Request, Request>();

/** Typed requests outside of components; they throw ApiError. */
export const api = createFetchClient<paths>({
  baseUrl: `${globalThis.location?.origin ?? ""}/api`,
  // The API reads lists as R0's clients write them: source=1&source=2.
  querySerializer: { array: { style: "form", explode: true } },
  // Looked up at each request, so that whoever replaces it is asked.
  fetch: (request) => globalThis.fetch(request),
});
api.use(authorised);

/** Typed hooks: `$api.useQuery("get", "/titles", …)`; their errors are ApiErrors. */
export const $api = createQueryClient(api);
