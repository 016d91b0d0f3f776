import { UserManager, WebStorageStateStore, type User, type UserManagerSettings } from "oidc-client-ts";

import { setSession } from "@/api/client";
import type { Config } from "@/config";

const ADMIN_GROUP = "admin";
const SCOPE = "openid email profile";
const CHANGES_SIGN_IN = "aws.cognito.signin.user.admin";

/** What a sign-in asks for whose access token may change how the viewer signs in, which no other one may. */
export const SCOPE_TO_CHANGE_SIGN_IN = `${SCOPE} ${CHANGES_SIGN_IN}`;

/** The access token of a session, if it may change how the viewer signs in. */
export const tokenToChangeSignIn = (user: User | null): string | null =>
  user?.scopes.includes(CHANGES_SIGN_IN) ? user.access_token : null;

/**
 * Make what signs in: code flow with PKCE against the pool's own pages. Tokens live in this tab's session storage and
 * nowhere else; they are renewed with the refresh token a minute before they run out.
 */
export function makeUserManager(config: Config, page: "oauth2/authorize" | "signup" = "oauth2/authorize"): UserManager {
  return new UserManager(settings(config, page));
}

function settings(config: Config, page: string): UserManagerSettings {
  const origin = window.location.origin;
  return {
    authority: config.issuer,
    metadata: {
      issuer: config.issuer,
      authorization_endpoint: `${config.signInUrl}/${page}`,
      token_endpoint: `${config.signInUrl}/oauth2/token`,
      revocation_endpoint: `${config.signInUrl}/oauth2/revoke`,
    },
    client_id: config.clientId,
    redirect_uri: `${origin}/callback`,
    post_logout_redirect_uri: `${origin}/`,
    response_type: "code",
    scope: SCOPE,
    loadUserInfo: false,
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  };
}

/** Whether this tab keeps a session, valid or not: known at once, where asking who it is takes a moment. */
export const mayBeSignedIn = (): boolean =>
  Object.keys(window.sessionStorage).some((key) => key.startsWith("oidc.user:"));

/** The event of the window that says that a session has ended without the viewer's doing. */
export const SESSION_ENDED = "marquee:session-ended";

/** Make all requests in the name of whom `manager` has signed in. */
export function sendTokensOf(manager: UserManager): void {
  setSession({
    token: async () => (await manager.getUser())?.id_token ?? null,
    renew: () => renewed(manager),
    ended: () => window.dispatchEvent(new Event(SESSION_ENDED)),
  });
}

let renewal: Promise<string | null> | null = null;

/**
 * Renew once for all who want it at the same time; null when the session cannot go on. Throws a TypeError when the
 * pool cannot be reached: that ends nothing.
 */
export function renewed(manager: UserManager): Promise<string | null> {
  renewal ??= manager
    .signinSilent()
    .then((user) => user?.id_token ?? null)
    .catch((error: unknown) => {
      if (error instanceof TypeError) throw error;
      return null;
    })
    .finally(() => {
      renewal = null;
    });
  return renewal;
}

/** The page of the pool that ends its own session and comes back here. */
export function signOutUrl(config: Config): string {
  const query = new URLSearchParams({ client_id: config.clientId, logout_uri: `${window.location.origin}/` });
  return `${config.signInUrl}/logout?${query}`;
}

/** Whether a token's claims name the group of operators; the server asks again at every request. */
export function isAdmin(claims: Record<string, unknown> | undefined): boolean {
  const groups = claims?.["cognito:groups"];
  return Array.isArray(groups) && groups.includes(ADMIN_GROUP);
}
