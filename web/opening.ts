import type { Plugin, Rolldown } from "vite";

import { PITCH, PITCH_LEAD } from "./src/pages/guide/pitch";

/** The pages that visits begin with, by their path; a `*` stands for any rest. Others are fetched when they are known. */
const pages: Record<string, string> = {
  "/": "src/pages/guide/Home.tsx",
  "/titles/*": "src/pages/guide/TitlePage.tsx",
};

/** Writes into index.html what is shown before the app is there, and which files the pages above need. */
export const opening: Plugin = {
  name: "opening",
  transformIndexHtml: {
    order: "post",
    handler: (html, { bundle }) => {
      const worded = html.replace("%PITCH%", PITCH).replace("%PITCH_LEAD%", PITCH_LEAD);
      if (!bundle) return worded;
      const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
      const present = filesOf(chunks, "src/main.tsx");
      const files = Object.entries(pages).map(([path, source]) => [
        path,
        [...filesOf(chunks, source)].filter((file) => !present.has(file)).map((file) => `/${file}`),
      ]);
      const attribute = JSON.stringify(Object.fromEntries(files)).replaceAll('"', "&quot;");
      return worded.replace("/start.js", () => `/start.js" data-pages="${attribute}`);
    },
  },
};

/** The scripts and styles that a page needs: its own and, in turn, those that these import. */
function filesOf(chunks: Rolldown.OutputChunk[], source: string): Set<string> {
  const page = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(source)));
  if (!page) throw new Error(`${source} has no chunk of its own`);
  const files = new Set<string>();
  const waiting = [page.fileName];
  for (let name = waiting.pop(); name; name = waiting.pop()) {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (!chunk || files.has(name)) continue;
    files.add(name);
    chunk.viteMetadata?.importedCss.forEach((style) => files.add(style));
    waiting.push(...chunk.imports);
  }
  return files;
}
