// SPDX-License-Identifier: Apache-2.0
// How much the first load takes, that nothing jumps while it comes, and how soon others see an act.
import assert from "node:assert/strict";
import { scene } from "./scene.ts";
import { until } from "./server.ts";

const FIRST_LOAD_MOST = 150_000;
const SHIFT_MOST = 0.01;

scene(
  "the first load is at most 150 kB, usable within a second or so, and nothing jumps",
  "first-load",
  async ({ installation, come }) => {
    await installation.addContainer("load", { owner: "qa" });
    for (const name of ["one", "two"])
      await installation.server.act("POST", "/containers/load/bookmarks", { name });
    const qa = await come({ user: "qa", path: "/containers/load" });
    await qa.seesContainer("load");
    await qa.page.addInitScript(() => {
      const seen = { shift: 0, usable: 0 };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { hadRecentInput, value } = entry as unknown as {
            hadRecentInput: boolean;
            value: number;
          };
          if (!hadRecentInput) seen.shift += value;
        }
      }).observe({ type: "layout-shift", buffered: true });
      const look = () => {
        if (document.querySelector('[role="toolbar"] button')) seen.usable = performance.now();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    const session = await qa.context.newCDPSession(qa.page);
    await session.send("Network.clearBrowserCache");
    await qa.page.reload();
    await qa.seesContainer("load");
    const first = await qa.page.evaluate(() => {
      const files = performance
        .getEntriesByType("resource")
        .concat(performance.getEntriesByType("navigation")) as PerformanceResourceTiming[];
      return files
        .filter(({ name }) => !name.includes("/api/"))
        .map(({ name, transferSize }) => ({ name, transferSize }));
    });
    // What is fetched when nothing else is to do comes later, and moves nothing.
    await qa.page.waitForLoadState("networkidle").catch(() => undefined);
    const { shift, usable } = await qa.page.evaluate(
      () => (globalThis as unknown as { seen: { shift: number; usable: number } }).seen,
    );
    const bytes = first.reduce((sum, { transferSize }) => sum + transferSize, 0);
    console.log(
      `first load: ${(bytes / 1000).toFixed(1)} kB in ${first.length} files, usable after ${usable.toFixed(0)} ms, layout shift ${shift.toFixed(4)}`,
    );
    assert.ok(bytes > 10_000, "the files were not fetched again");
    // Served by its own tools, the page is neither small nor compressed.
    if (!process.env.SLIP_PAGE_URL) assert.ok(bytes <= FIRST_LOAD_MOST, `${bytes} bytes`);
    assert.ok(shift < SHIFT_MOST, `layout shift ${shift}`);
    assert.ok(usable > 0 && usable < 5000, `usable after ${usable} ms`);
  },
);

// Also those that follow each other so fast that one begins before the other was looked at.
scene("each act reaches the browser of another, soon", "live", async ({ installation, come }) => {
  await installation.addContainer("live", {
    owner: "qa",
    members: [{ user: "dev", role: "viewer" }],
  });
  const dev = await come({ user: "dev", path: "/containers/live" });
  await dev.seesContainer("live");
  await until("dev is there", async () => {
    const { present } = await installation.server.get("/containers/live");
    return present.length === 1;
  });
  await dev.page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { seenAt: seen });
    new MutationObserver(() => {
      for (const name of document.body.textContent.match(/live \d+\./g) ?? [])
        seen[name] ??= Date.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const taken: number[] = [];
  for (let round = 1; round <= 8; round++) {
    const name = `live ${round}.`;
    const { ended_at } = await installation.server.act("POST", "/containers/live/bookmarks", {
      name,
    });
    await dev.page.waitForFunction(
      (one) => one in (globalThis as unknown as { seenAt: Record<string, number> }).seenAt,
      name,
    );
    const seen = await dev.page.evaluate(
      (one) => (globalThis as unknown as { seenAt: Record<string, number> }).seenAt[one],
      name,
    );
    taken.push((seen ?? 0) - Date.parse(ended_at));
  }
  const sorted = [...taken].sort((a, b) => a - b);
  console.log(`an act's end is drawn in another browser after ${sorted.join(", ")} ms`);
  assert.ok((sorted[4] ?? Number.POSITIVE_INFINITY) < 1500, `${sorted}`);
});
