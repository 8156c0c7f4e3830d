// SPDX-License-Identifier: Apache-2.0
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

declare const process: { env: Record<string, string | undefined> };

const daemon = process.env.SLIP_URL ?? "http://127.0.0.1:8747";

export default defineConfig({
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  build: {
    target: "es2023",
    // Named by their content, so that browsers keep them for good.
    assetsDir: "assets",
    modulePreload: { polyfill: false },
    // Nothing inline: the page's Content-Security-Policy forbids `data:` but for pictures.
    assetsInlineLimit: 0,
    // In one file: a style that could not be fetched is not tried again by who fetches a part later.
    cssCodeSplit: false,
  },
  // `npm run dev`: the page from here, the data from a daemon that runs.
  server: {
    host: "127.0.0.1",
    // The daemon takes changes only from its own pages: to it, this one is.
    proxy: { "/api": { target: daemon, changeOrigin: true, headers: { origin: daemon } } },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
});
