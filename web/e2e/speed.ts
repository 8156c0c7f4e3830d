// SPDX-License-Identifier: Apache-2.0
// How fast the page is, as a table. Not a test: run it on a machine that does nothing else, after a
// build with -DSLIP_BENCH=ON, with `node speed.ts`.
import type { Page } from "playwright-core";
import { launch, Visitor } from "./browser.ts";
import { Installation } from "./installation.ts";

const rounds = 5;

function row(what: string, figures: number[], unit: string, goal = "") {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]?.toFixed(1) ?? "-";
  const words = `${at(0)} / ${at(0.5)} / ${at(0.95)} / ${at(1)} ${unit}`;
  console.log(`${what.padEnd(62)} ${words.padEnd(36)} ${goal}`);
}

// Notes in the page when its first item of the timeline was drawn, when its actions could be used,
// how far anything jumped, and when events arrived.
async function observe(page: Page) {
  await page.addInitScript(() => {
    const seen = { drawn: 0, usable: 0, shift: 0, events: [] as [string, number][] };
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        seen.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
    const look = () => {
      if (!seen.drawn && document.querySelector('[role="listbox"] [role="option"]'))
        requestAnimationFrame(() => setTimeout(() => (seen.drawn ||= performance.now())));
      if (!seen.usable && document.querySelector('[role="toolbar"] button'))
        seen.usable = performance.now();
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    const original = globalThis.fetch;
    const note = async (stream: NonNullable<Response["body"]>) => {
      const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        const events = (text + value).split("\n\n");
        text = events.pop() ?? "";
        for (const event of events) {
          const data = /^event: ?operation$/m.test(event) && /^data: ?(.*)$/m.exec(event)?.[1];
          if (data) seen.events.push([data, Date.now()]);
        }
      }
    };
    globalThis.fetch = async (...parameters) => {
      const answer = await original(...parameters);
      if (!answer.url.includes("/api/v1/events") || !answer.body) return answer;
      const [mine, its] = answer.body.tee();
      note(mine).catch(() => undefined);
      return new Response(its, answer);
    };
  });
}

interface Seen {
  drawn: number;
  usable: number;
  shift: number;
  events: [string, number][];
}
const seenBy = (page: Page) => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);

async function open(visitor: Visitor, path: string) {
  await observe(visitor.page);
  await visitor.page.goto(path);
  await visitor.action("Bookmark").waitFor();
  await visitor.timeline.waitFor();
  await visitor.page.waitForFunction(
    () => (globalThis as unknown as { seen: Seen }).seen.drawn > 0,
  );
}

async function firstLoads(come: (user: string) => Promise<Visitor>) {
  const [kilobytes, usable, shift]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const visitor = await come("qa");
    await open(visitor, "/containers/qa");
    const bytes = await visitor.page.evaluate(() =>
      [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
        .map((one) => one as PerformanceResourceTiming)
        .filter(({ name }) => !name.includes("/api/"))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    );
    const seen = await seenBy(visitor.page);
    kilobytes?.push(bytes / 1000);
    usable?.push(seen.usable);
    shift?.push(seen.shift);
    await visitor.leave();
  }
  row("first load, compressed", kilobytes ?? [], "kB", "at most 150");
  row("first load, until its actions can be used", usable ?? [], "ms", "at most 1000");
  row("layout shift", shift ?? [], "", "0");
}

// Frames while something moves the timeline, one step in each.
async function frames(page: Page, steps: { deltaX: number; deltaY: number; ctrl: boolean }[]) {
  return page.evaluate(async (moves) => {
    const box = document.querySelector('[role="listbox"]');
    if (!box) return [];
    const { left, width, top, height } = box.getBoundingClientRect();
    const times: number[] = [];
    let last = await new Promise<number>(requestAnimationFrame);
    for (const { deltaX, deltaY, ctrl } of moves) {
      box.dispatchEvent(
        new WheelEvent("wheel", {
          deltaX,
          deltaY,
          ctrlKey: ctrl,
          clientX: left + width / 2,
          clientY: top + height / 2,
          bubbles: true,
          cancelable: true,
        }),
      );
      const now = await new Promise<number>(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times;
  }, steps);
}

async function longHistory(installation: Installation, come: (user: string) => Promise<Visitor>) {
  const answers: number[] = [];
  for (let round = 0; round < 40; round++) {
    const begin = performance.now();
    await installation.server.get("/containers/qa/timeline?before=300&after=0");
    answers.push(performance.now() - begin);
  }
  row("10,000 points, 500 bookmarks: answer of a window of 300", answers, "ms", "under 20");

  const drawn: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const visitor = await come("qa");
    await open(visitor, "/containers/qa");
    const came = await visitor.page.evaluate(() =>
      Math.max(
        ...performance
          .getEntriesByType("resource")
          .filter(({ name }) => name.includes("/timeline"))
          .slice(0, 1)
          .map((one) => (one as PerformanceResourceTiming).responseEnd),
      ),
    );
    drawn.push((await seenBy(visitor.page)).drawn - came);
    await visitor.leave();
  }
  row("  from the answer's last byte until it is painted", drawn, "ms", "under 100");

  const visitor = await come("qa");
  await open(visitor, "/containers/qa");
  const pan = Array.from({ length: 120 }, () => ({ deltaX: -40, deltaY: 0, ctrl: false }));
  const zoom = Array.from({ length: 120 }, (_, i) => ({
    deltaX: 0,
    deltaY: i < 60 ? 30 : -30,
    ctrl: true,
  }));
  row("  a frame while panning", await frames(visitor.page, pan), "ms", "16.7");
  row("  a frame while zooming out and in", await frames(visitor.page, zoom), "ms", "16.7");
  await visitor.timeline.focus();
  await visitor.press("0");
  // All of it is fetched, piece by piece.
  await visitor.page.waitForLoadState("networkidle").catch(() => undefined);
  await visitor.page.waitForTimeout(5000);
  row(
    "  the whole month in view: a frame while zooming",
    await frames(visitor.page, zoom),
    "ms",
    "16.7",
  );
  await visitor.leave();
}

async function events(installation: Installation, come: (user: string) => Promise<Visitor>) {
  const visitor = await come("dev");
  await open(visitor, "/containers/dev");
  for (let round = 0; round < 10; round++) {
    await installation.server.act("POST", "/containers/dev/bookmarks", { name: `event ${round}` });
  }
  await visitor.page.waitForTimeout(500);
  const { events: arrived } = await seenBy(visitor.page);
  const late = arrived.map(([data, at]) => at - Date.parse(JSON.parse(data).at));
  row("an operation's event, until it is in another browser", late, "ms", "under 200");
  await visitor.leave();
}

const installation = await Installation.begin();
const browser = await launch();
const come = (user: string) =>
  Visitor.come(browser, installation.page, "speed", { user, path: "/icon.svg" });
try {
  await installation.addContainer("qa", { owner: "qa" });
  await installation.addContainer("dev", { owner: "dev" });
  await installation.command("bookmark", "create", "qa", "base");
  console.log(`${"".padEnd(62)} min / median / p95 / max`);
  await firstLoads(come);
  await events(installation, come);
  await installation.lengthenHistory("qa");
  await longHistory(installation, come);
} finally {
  await browser.close();
  await installation.end();
}
