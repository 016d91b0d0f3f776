import "@fontsource-variable/inter";
import "./app/mantine.css";
import "./app/global.css";
import "./app/opening.css";

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";

import { askAhead } from "./api/guide";
import { makeQueryClient } from "./api/query";
import { router } from "./app/router";
import { theme } from "./app/theme";
import { SignIn } from "./auth/Auth";
import { makeUserManager, mayBeSignedIn, sendTokensOf } from "./auth/session";
import { Broken } from "./components/Broken";
import { Configured, loadConfig } from "./config";

// There is nothing to tell before the first page is there.
const Notifications = lazy(() => import("@mantine/notifications").then((all) => ({ default: all.Notifications })));
const root = createRoot(document.getElementById("root") as HTMLElement);
const queries = makeQueryClient();

try {
  const config = await loadConfig();
  const manager = makeUserManager(config);
  sendTokensOf(manager);
  askAhead(queries, window.location.pathname, mayBeSignedIn());
  // What index.html shows stays until the page itself is there to take its place.
  await router.load();
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <Suspense>
            <Notifications position="bottom-center" />
          </Suspense>
          <Configured value={config}>
            <SignIn config={config} manager={manager} goTo={(address) => router.history.replace(address)}>
              <RouterProvider router={router} />
            </SignIn>
          </Configured>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
} catch {
  root.render(
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Broken />
    </MantineProvider>,
  );
}
