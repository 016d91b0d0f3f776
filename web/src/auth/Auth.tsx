import { useQueryClient } from "@tanstack/react-query";
import type { User, UserManager } from "oidc-client-ts";
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { AuthProvider, useAuth as useOidc } from "react-oidc-context";

import type { Config } from "@/config";

import { pageOf, pageToSignInAgainFor, reasonOf, type SignInState } from "./firstGoogle";
import {
  isAdmin,
  makeUserManager,
  renewed,
  SCOPE_TO_CHANGE_SIGN_IN,
  SESSION_ENDED,
  signOutUrl,
  tokenToChangeSignIn,
} from "./session";

interface Auth {
  /** Whether it is not known yet who is there. */
  isLoading: boolean;
  isSignedIn: boolean;
  isAdmin: boolean;
  /** The id by which the API knows who is there, as in `added_by`. */
  userId: string | null;
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
  /** Sign in once more, with the right to change how; `signIn` gives it up again. */
  signInToChange: (to?: string) => void;
  /** The access token of a session that has the right to change how the viewer signs in. */
  tokenToChange: string | null;
  signOut: () => void;
}

const Context = createContext<Auth | null>(null);

/** Who is signed in, and how to change that. */
export function useAuth(): Auth {
  const auth = useContext(Context);
  if (!auth) throw new Error("useAuth outside of SignIn");
  return auth;
}

interface SignInProps {
  config: Config;
  manager: UserManager;
  /** Open another page in place of the one that signing in has come back to: its address holds a code. */
  goTo: (address: string) => void;
  children: ReactNode;
}

/** Everything below may ask who is signed in. */
export function SignIn({ config, manager, goTo, children }: SignInProps) {
  return (
    <AuthProvider userManager={manager} onSigninCallback={(user) => goTo(addressAfter(user))}>
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
  // A token that has run out while the computer slept may still be renewed: until that fails, nobody has gone.
  const user = hasExpired ? null : (oidc.user ?? null);
  useEffect(() => {
    const ended = () => setHasExpired(true);
    window.addEventListener(SESSION_ENDED, ended);
    const renewOrEnd = () => renewed(manager).then((token) => token ?? ended());
    const stopListening = manager.events.addAccessTokenExpired(() => void renewOrEnd().catch(() => undefined));
    return () => {
      window.removeEventListener(SESSION_ENDED, ended);
      stopListening();
    };
  }, [manager]);

  const failure = oidc.error && oidc.error.source !== "renewSilent" ? oidc.error : null;
  const again = pageToSignInAgainFor(failure?.innerError);
  const isOnTheWay = useRef(false);
  const toGoogle = (state: string | SignInState) =>
    void manager.signinRedirect({ state, extraQueryParams: { identity_provider: config.googleProvider ?? "" } });
  useEffect(() => {
    if (again === null || isOnTheWay.current) return;
    isOnTheWay.current = true;
    toGoogle({ to: again, isSecond: true });
  });

  const auth: Auth = {
    isLoading: oidc.isLoading,
    isSignedIn: user !== null,
    isAdmin: isAdmin(user?.profile),
    userId: user?.profile.sub ?? null,
    email: user?.profile.email ?? null,
    problem: failure && again === null ? reasonOf(failure.message) : null,
    hasExpired,
    hasGoogle: Boolean(config.googleProvider),
    signIn: (to) => void manager.signinRedirect({ state: to ?? here() }),
    signUp: (to) => void makeUserManager(config, "signup").signinRedirect({ state: to ?? here() }),
    signInWithGoogle: (to) => toGoogle(to ?? here()),
    signInToChange: (to) => void manager.signinRedirect({ state: to ?? here(), scope: SCOPE_TO_CHANGE_SIGN_IN }),
    tokenToChange: tokenToChangeSignIn(user),
    signOut: () => {
      queries.clear();
      void manager.removeUser().then(() => window.location.assign(signOutUrl(config)));
    },
  };
  return <Context.Provider value={auth}>{children}</Context.Provider>;
}

const here = () => window.location.pathname + window.location.search;

/** The address to go on with after signing in: the one that was open before. */
export function addressAfter(user: User | undefined): string {
  const state = pageOf(user?.state);
  const to = typeof state === "string" && state.startsWith("/") ? state : "/";
  return to.startsWith("/callback") || to.startsWith("//") ? "/" : to;
}
