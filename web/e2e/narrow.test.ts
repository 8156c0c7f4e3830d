// SPDX-License-Identifier: Apache-2.0
// In a narrow window nothing is drawn over anything else, and what matters is not cut.
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Visitor } from "./browser.ts";
import { hold } from "./held.ts";
import { scene } from "./scene.ts";

// Words that are drawn over other words, by two pixels or more; what is cut off counts as far as it shows.
function overlaps(within: Locator): Promise<string[]> {
  return within.evaluate((root) => {
    const shown = (rect: DOMRect, element: Element) => {
      let { left, top, right, bottom } = rect;
      for (let one: Element | null = element; one; one = one.parentElement) {
        if (getComputedStyle(one).overflow === "visible") continue;
        const box = one.getBoundingClientRect();
        left = Math.max(left, box.left);
        top = Math.max(top, box.top);
        right = Math.min(right, box.right);
        bottom = Math.min(bottom, box.bottom);
      }
      return { left, top, right, bottom };
    };
    const found: ({ text: Node; words: string } & ReturnType<typeof shown>)[] = [];
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const words = text.textContent?.trim();
      if (!words || !text.parentElement) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const rect of range.getClientRects()) {
        const box = shown(rect, text.parentElement);
        if (box.right - box.left > 2 && box.bottom - box.top > 2)
          found.push({ text, words, ...box });
      }
    }
    const isOver = (a: (typeof found)[0], b: (typeof found)[0]) =>
      a.text !== b.text &&
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
      // Lines of one text stand close to each other.
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6;
    return found.flatMap((a, index) =>
      found
        .slice(index + 1)
        .filter((b) => isOver(a, b))
        .map((b) => `“${a.words}” and “${b.words}”`),
    );
  });
}

// How far what is drawn jumps while the page comes.
async function shiftOnLoad(visitor: Visitor): Promise<number> {
  const { page } = visitor;
  await page.addInitScript(() => {
    const seen = { shift: 0 };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        seen.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  // Its branches come last, when all else has been drawn.
  const branches = await hold(visitor, /\/branches$/);
  await page.reload();
  await visitor.seesContainer("narrow");
  await visitor.settle();
  await branches.release();
  await page.getByText("perf-test").first().waitFor();
  await visitor.settle();
  return page.evaluate(() => (globalThis as unknown as { seen: { shift: number } }).seen.shift);
}

scene(
  "in a narrow window each tab of a container can be read, with branches that run beside",
  "narrow",
  async ({ installation, come }) => {
    const { server } = installation;
    await installation.addContainer("narrow", { owner: "qa" });
    const bookmark = { name: "after the edge case data", tags: ["bug", "4711"] };
    await server.act("POST", "/containers/narrow/bookmarks", bookmark);
    await server.act("POST", "/containers/narrow/branches", { name: "perf-test", beside: true });
    const qa = await come({ user: "qa", path: "/containers/narrow", width: 375, height: 800 });
    await qa.seesContainer("narrow");
    const shift = await shiftOnLoad(qa);
    assert.ok(shift < 0.01, `layout shift ${shift}`);
    for (const tab of [/^History/, /^Bookmarks/, /^Branches/, /^Space/]) {
      await qa.page.getByRole("tab", { name: tab }).click();
      const panel = qa.page.getByRole("tabpanel");
      await panel
        .getByText(/Branch began|edge case|perf-test/)
        .first()
        .waitFor();
      await qa.shot(`${tab}`);
      assert.deepEqual(await overlaps(panel), [], `${tab}`);
      assert.deepEqual(await overlaps(qa.page.locator("header").last()), []);
    }
  },
);
