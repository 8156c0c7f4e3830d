import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    // Named by their content, so that browsers keep them for good.
    assetsDir: "assets",
    modulePreload: { polyfill: false },
    // Nothing inline: the page's Content-Security-Policy forbids `data:` but for pictures.
    assetsInlineLimit: 0,
  },
  // `npm run dev`: the page from here, the data from a daemon that runs.
  server: {
    host: "127.0.0.1",
    proxy: { "/api": { target: process.env.SLIP_URL ?? "http://127.0.0.1:8747" } },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
});
