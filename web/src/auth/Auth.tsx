import { useQueryClient } from "@tanstack/react-query";
import type { User, UserManager } from "oidc-client-ts";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { AuthProvider, useAuth as useOidc } from "react-oidc-context";

import type { Config } from "@/config";

import { isAdmin, makeUserManager, SESSION_ENDED, signOutUrl } from "./session";

interface Auth {
  /** Whether it is not known yet who is there. */
  isLoading: boolean;
  isSignedIn: boolean;
  isAdmin: boolean;
  email: string | null;
  /** Why signing in failed; null when it did not. */
  problem: string | null;
  /** Whether a session has ended that was there. */
  hasExpired: boolean;
  hasGoogle: boolean;
  /** Go to the sign-in page and come back to `to`, by default to the page that is open. */
  signIn: (to?: string) => void;
  signUp: (to?: string) => void;
  signInWithGoogle: (to?: string) => void;
  signOut: () => void;
}

const Context = createContext<Auth | null>(null);

/** Who is signed in, and how to change that. */
export function useAuth(): Auth {
  const auth = useContext(Context);
  if (!auth) throw new Error("useAuth outside of SignIn");
  return auth;
}

/** Everything below may ask who is signed in. */
export function SignIn({ config, manager, children }: { config: Config; manager: UserManager; children: ReactNode }) {
  return (
    <AuthProvider userManager={manager} onSigninCallback={goOn}>
      <Provide config={config} manager={manager}>
        {children}
      </Provide>
    </AuthProvider>
  );
}

function Provide({ config, manager, children }: { config: Config; manager: UserManager; children: ReactNode }) {
  const oidc = useOidc();
  const queries = useQueryClient();
  const [hasExpired, setHasExpired] = useState(false);
  const user = oidc.user && !oidc.user.expired ? oidc.user : null;
  useEffect(() => {
    const ended = () => setHasExpired(true);
    window.addEventListener(SESSION_ENDED, ended);
    const stopListening = manager.events.addAccessTokenExpired(ended);
    return () => {
      window.removeEventListener(SESSION_ENDED, ended);
      stopListening();
    };
  }, [manager]);

  const auth: Auth = {
    isLoading: oidc.isLoading,
    isSignedIn: user !== null,
    isAdmin: isAdmin(user?.profile),
    email: user?.profile.email ?? null,
    problem: oidc.error && oidc.error.source !== "renewSilent" ? oidc.error.message : null,
    hasExpired,
    hasGoogle: config.googleProvider !== null,
    signIn: (to) => void manager.signinRedirect({ state: to ?? here() }),
    signUp: (to) => void makeUserManager(config, "signup").signinRedirect({ state: to ?? here() }),
    signInWithGoogle: (to) =>
      void manager.signinRedirect({
        state: to ?? here(),
        extraQueryParams: { identity_provider: config.googleProvider ?? "" },
      }),
    signOut: () => {
      queries.clear();
      void manager.removeUser().then(() => window.location.assign(signOutUrl(config)));
    },
  };
  return <Context.Provider value={auth}>{children}</Context.Provider>;
}

const here = () => window.location.pathname + window.location.search;

function goOn(user: User | undefined): void {
  const to = typeof user?.state === "string" && user.state.startsWith("/") ? user.state : "/";
  // The code and the state must not stay in the address or in the history.
  window.history.replaceState({}, "", to === "/callback" ? "/" : to);
}
