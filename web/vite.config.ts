import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { opening } from "./opening";

// Where `npm run dev` finds the API and config.json: a running local cloud.
const frontDoor = process.env.MARQUEE_WEB_URL ?? "http://localhost:8080";

// Swagger UI draws its arrows and lines from pictures within its style sheet, which the content security policy refuses.
const withoutDrawnImages = {
  name: "without-drawn-images",
  enforce: "pre" as const,
  transform: (code: string, id: string) =>
    id.endsWith("/swagger-ui.css") ? code.replaceAll(/url\(("data:(?:\\.|[^"\\])*"|data:[^)]*)\)/g, "none") : null,
};

// What every visit needs is two files: libraries, which outlive most releases, and the app's own code. What several pages
// share is merged by what it is for; left alone, there is a file for each icon and each small part.
const chunks = [
  { name: "libraries", tags: ["$initial" as const], test: /node_modules/ },
  { name: "app", tags: ["$initial" as const], test: /\/src\/(?!main)/ },
  { name: "titles", test: /\/src\/(api|app|components|pages\/guide)\//, minShareCount: 2 },
  { name: "icons", test: /@tabler/, minShareCount: 2 },
  { name: "popover", test: /@mantine\/core\/.*\/Popover\//, minShareCount: 2 },
];

export default defineConfig({
  plugins: [withoutDrawnImages, opening, react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2022",
    // No inlined images: the content security policy has no data: for anything but what is drawn.
    assetsInlineLimit: 0,
    sourcemap: false,
    manifest: true,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  server: {
    port: 5173,
    proxy: { "/api": frontDoor, "/config.json": frontDoor },
  },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
