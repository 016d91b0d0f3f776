import "swagger-ui-dist/swagger-ui.css";

import { Anchor, useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import SwaggerUI, { type TriedRequest } from "swagger-ui-dist/swagger-ui-es-bundle.js";

import { currentToken } from "@/api/client";
import { useAuth } from "@/auth/Auth";
import { Page } from "@/components/Page";
import { useConfig } from "@/config";
import { NotFound } from "@/pages/Lost";

import classes from "./ApiDocs.module.css";

const DOCUMENT = "/openapi.json";

/** Every route of the API with a form to try it, in the name of whoever is signed in; not in production. */
export function ApiDocs() {
  return useConfig().apiDocs ? <Documents /> : <NotFound />;
}

function Documents() {
  const { isSignedIn } = useAuth();
  const place = useRef<HTMLDivElement>(null);
  const isDark = useComputedColorScheme("light") === "dark";
  useEffect(() => {
    document.documentElement.classList.toggle("dark-mode", isDark);
    return () => document.documentElement.classList.remove("dark-mode");
  }, [isDark]);
  useEffect(() => {
    const within = place.current;
    if (!within) return;
    SwaggerUI({
      domNode: within,
      url: DOCUMENT,
      docExpansion: "list",
      defaultModelsExpandDepth: 0,
      validatorUrl: null,
      requestInterceptor: inTheNameOfTheViewer,
    });
    return () => within.replaceChildren();
  }, []);
  const lead = isSignedIn ? "What you try here happens to your own account." : "Sign in to try what needs an account.";
  return (
    <Page
      title="API documents"
      lead={
        <>
          {lead} For programs:{" "}
          <Anchor href={DOCUMENT} underline="always">
            openapi.json
          </Anchor>
          .
        </>
      }
    >
      <div ref={place} className={classes.documents} />
    </Page>
  );
}

/** Requests to the API carry the viewer's token, unless another one was typed in. */
async function inTheNameOfTheViewer(request: TriedRequest): Promise<TriedRequest> {
  const { origin, pathname } = new URL(request.url, window.location.origin);
  if (origin === window.location.origin && pathname.startsWith("/api/")) {
    const token = await currentToken();
    if (token) request.headers.Authorization ??= token;
  }
  return request;
}
