// SPDX-License-Identifier: Apache-2.0
// A real Chromium, and the people who sit before it.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { chromium, request } from "playwright-core";
import { passwordOf, RESULTS } from "./installation.ts";
import { until } from "./server.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.SLIP_CHROMIUM ?? "/usr/bin/chromium",
    // They take room, as on most desktops.
    ignoreDefaultArgs: ["--hide-scrollbars"],
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Visit {
  // Logged in from the beginning; without it nobody is.
  user?: string;
  path?: string;
  // Another address that leads to the same page.
  through?: string;
  scheme?: "light" | "dark";
  width?: number;
  height?: number;
  reducedMotion?: "reduce";
  hasTouch?: boolean;
  // Never was here before, and is told what the timeline is.
  isFirst?: boolean;
}

const ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const CONTRAST = ["color-contrast"];

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 360, height: 740 };

// So many were taken in each scene, whoever took them: their names are in the order of what happened.
const pictures = new Map<string, number>();

// The cookies and the kept key of a browser in which somebody has logged in.
export async function loggedIn(base: string, user: string, isFirst = false) {
  const browser = await request.newContext({ baseURL: base });
  const answer = await browser.post("/api/v1/sessions", {
    data: { user, password: passwordOf(user) },
    headers: { origin: base },
  });
  if (!answer.ok()) throw new Error(`${user} cannot log in: ${await answer.text()}`);
  const { page_key } = await answer.json();
  const { cookies } = await browser.storageState();
  await browser.dispose();
  const localStorage = [{ name: "slip_page_key", value: page_key }];
  if (!isFirst) localStorage.push({ name: "slip_introduced", value: "timeline" });
  return { cookies, origins: [{ origin: new URL(base).origin, localStorage }] };
}

// Somebody with a browser of his own. Remembers what went wrong in it.
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[] = [];
  clicks = 0;
  typed: string[] = [];
  private readonly scene: string;
  private readonly expected: RegExp[] = [];
  private readonly hosts: Set<string>;

  private constructor(context: BrowserContext, page: Page, base: string, scene: string) {
    this.context = context;
    this.page = page;
    this.scene = scene;
    this.hosts = new Set([new URL(base).host]);
    // Before the login, the page asks who one is.
    this.expects(/^401 GET \/api\/v1\/sessions\/current$/);
    this.watch();
  }

  static async come(browser: Browser, page: string, scene: string, visit: Visit) {
    const base = visit.through ?? page;
    const context = await browser.newContext({
      baseURL: base,
      ...(visit.user && { storageState: await loggedIn(base, visit.user, visit.isFirst) }),
      colorScheme: visit.scheme ?? "light",
      viewport: { width: visit.width ?? WIDE.width, height: visit.height ?? WIDE.height },
      reducedMotion: visit.reducedMotion ?? "no-preference",
      hasTouch: visit.hasTouch ?? false,
      // As a bug report says it: not by where the machine stands.
      timezoneId: "Europe/Berlin",
      locale: "en-GB",
    });
    context.setDefaultTimeout(15_000);
    const made = new Visitor(context, await context.newPage(), base, scene);
    await made.page.goto(visit.path ?? "/");
    return made;
  }

  // The application's page is looked at too.
  mayVisit(address: string) {
    this.hosts.add(new URL(address).host);
  }

  // What goes wrong in this test on purpose: "500 POST /api/v1/...", or a line of the console.
  expects(...patterns: RegExp[]) {
    this.expected.push(...patterns);
  }

  button(name: string | RegExp, within: Locator | Page = this.page): Locator {
    return within.getByRole("button", { name, ...(typeof name === "string" && { exact: true }) });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  get actions(): Locator {
    return this.page.getByRole("toolbar", { name: "Actions" });
  }

  // One of the action bar, whatever key it shows.
  action(name: string): Locator {
    return this.button(name, this.actions);
  }

  get timeline(): Locator {
    return this.page.getByRole("listbox", { name: /^Timeline of/ });
  }

  get selected(): Locator {
    return this.page.getByRole("region", { name: "Selected" }).getByRole("heading", { level: 2 });
  }

  // Counted, as few of them are promised.
  async click(what: Locator) {
    this.clicks++;
    await what.click();
  }

  async type(into: Locator, words: string) {
    this.typed.push(words);
    await into.fill(words);
  }

  // Of what says that it cannot be used, and why: it can be clicked all the same.
  async clickAnyway(what: Locator) {
    await what.click({ force: true });
  }

  async press(...keys: string[]) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  // The page is there, with what the server said.
  async seesContainer(name: string) {
    await this.page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
    await this.page.getByRole("tab", { name: "History" }).waitFor();
  }

  async sees(words: string | RegExp, within: Locator | Page = this.page) {
    await within.getByText(words).filter({ visible: true }).first().waitFor();
  }

  // What has the focus, as a screen reader would call it; "" where nothing has.
  focus(): Promise<string> {
    return this.page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return "";
      const role = one.getAttribute("role") ?? one.tagName.toLowerCase();
      const label = one.id && document.querySelector(`label[for="${CSS.escape(one.id)}"]`);
      const words = one.getAttribute("aria-label") ?? (label || one).textContent ?? "";
      return `${role} ${words.trim().replace(/\s+/g, " ").slice(0, 60)}`;
    });
  }

  // Waits for it: a dialog gives the focus back when it has closed.
  async focusIs(what: RegExp, when: string) {
    await until(
      `the focus is at ${what} ${when}`,
      async () => what.test(await this.focus()),
      3000,
    ).catch(async (error) => {
      throw new Error(`${error.message} It is at: ${(await this.focus()) || "nothing"}`);
    });
  }

  // After an act, the keyboard goes on from somewhere.
  keepsFocus(when: string): Promise<void> {
    return this.focusIs(/./, when);
  }

  // Presses Tab until the focus is there, as somebody without a mouse does.
  async tabTo(what: RegExp, most = 40): Promise<void> {
    const passed: string[] = [];
    for (let count = 0; count < most; count++) {
      await this.press("Tab");
      const here = await this.focus();
      if (what.test(here)) return;
      passed.push(here);
    }
    throw new Error(`Tab does not lead to ${what}, only to ${passed.join(" | ")}`);
  }

  async logIn(user: string, password = passwordOf(user)) {
    await this.page.getByLabel("User", { exact: true }).fill(user);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.button("Log in").click();
  }

  async shot(name: string) {
    await this.settle();
    await mkdir(join(RESULTS, this.scene), { recursive: true });
    const count = (pictures.get(this.scene) ?? 0) + 1;
    pictures.set(this.scene, count);
    const number = String(count).padStart(2, "0");
    const path = join(RESULTS, this.scene, `${number}-${name.replace(/[^\w-]+/g, "-")}.png`);
    await this.page.screenshot({ path });
  }

  // Nothing is under way, and the actions can be used.
  async rests() {
    await this.actions
      .locator('button[aria-disabled="false"], button:not([aria-disabled])')
      .first()
      .waitFor();
  }

  // The action can be used: a key for one that cannot does nothing.
  async offers(action: string) {
    await this.actions
      .getByRole("button", { name: new RegExp(`^${action}`), disabled: false })
      .waitFor();
  }

  // A state of the page as all who come to it see it: wide and narrow, light and dark. `asItIs`: only
  // as wide as it is, for what would not be where it is in another window.
  async state(name: string, asItIs?: "asItIs") {
    const { page } = this;
    const size = page.viewportSize() ?? WIDE;
    const isDark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
    const schemes = isDark ? (["dark", "light"] as const) : (["light", "dark"] as const);
    const other = size.width === NARROW.width ? WIDE : NARROW;
    for (const viewport of asItIs ? [size] : [size, other]) {
      const width = viewport.width === WIDE.width ? "" : String(viewport.width);
      await page.setViewportSize(viewport);
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        await this.shot([name, width, scheme].filter(Boolean).join("-"));
        // Between light and dark only the colours differ, whatever the width.
        const where = `${name}, ${viewport.width} px, ${scheme}`;
        if (scheme === schemes[0]) await this.axe(where);
        else if (viewport === size) await this.axe(where, CONTRAST);
      }
      await this.fits(`${name}, ${viewport.width} px`);
    }
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: isDark ? "dark" : "light" });
    await this.settle();
  }

  async axe(where: string, rules: string[] = ALL_RULES) {
    const { page } = this;
    // Not by a script element, which the page's Content-Security-Policy would refuse.
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await axeSource());
    const found = await page.evaluate(async (runOnly) => {
      // biome-ignore lint/suspicious/noExplicitAny: axe brings no global type
      const { violations } = await (globalThis as any).axe.run(document, {
        runOnly,
        resultTypes: ["violations"],
        // What it would fetch again, the page's Content-Security-Policy refuses.
        preload: false,
      });
      return violations
        .filter((one: { impact: string }) => ["serious", "critical"].includes(one.impact))
        .map(
          (one: { id: string; help: string; nodes: { html: string }[] }) =>
            `${one.id}: ${one.help}: ${one.nodes.map(({ html }) => html.slice(0, 160)).join(" ")}`,
        );
    }, rules);
    for (const one of found) this.problems.push(`axe, ${where}: ${one}`);
  }

  async leave() {
    await this.context.close();
  }

  // Until nothing glides any more; what goes on for ever, as a spinner, does not count.
  settle(): Promise<unknown> {
    return this.page.evaluate(async () => {
      await document.fonts.ready;
      const ends = document
        .getAnimations()
        .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime ?? 0))
        .map((one) => one.finished.catch(() => undefined));
      // One that is drawn by nobody, as its element is hidden, never ends.
      await Promise.race([Promise.all(ends), new Promise((passed) => setTimeout(passed, 1500))]);
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    });
  }

  // Nothing is so wide that the page must be scrolled sideways.
  private async fits(where: string) {
    const wide = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (wide > 0) this.problems.push(`${where}: ${wide} px wider than the window`);
  }

  // What the page sends besides its cookie.
  async pageKey(): Promise<Record<string, string>> {
    const key = await this.page.evaluate(() => localStorage.getItem("slip_page_key"));
    return key ? { "slip-page-key": key } : {};
  }

  private watch() {
    const { page } = this;
    page.on("pageerror", (error) => this.wrong(`error in the page: ${error.stack}`));
    page.on("console", (message) => {
      // Answers that are no success are looked at below, by what was asked.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        this.wrong(
          `console: ${message.text()} (${message.location().url}:${message.location().lineNumber})`,
        );
    });
    page.on("response", (response) => {
      const url = new URL(response.url());
      if (response.status() >= 400)
        this.wrong(`${response.status()} ${response.request().method()} ${url.pathname}`);
    });
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // The page no longer wanted it.
      if (why === "net::ERR_ABORTED") return;
      this.wrong(`${why} ${request.method()} ${new URL(request.url()).pathname}`);
    });
    this.context.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && !this.hosts.has(host))
        this.problems.push(`asked another host: ${request.url()}`);
    });
  }

  private wrong(what: string) {
    if (!this.expected.some((pattern) => pattern.test(what))) this.problems.push(what);
  }
}

let axeText: string | undefined;
async function axeSource(): Promise<string> {
  axeText ??= await readFile(AXE, "utf8");
  return axeText;
}
