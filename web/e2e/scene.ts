// SPDX-License-Identifier: Apache-2.0
// A test with an installation and visitors. The installation and the browser are shared by all
// tests of a run, and go with it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Browser } from "playwright-core";
import { launch, type Visit, Visitor } from "./browser.ts";
import { Installation } from "./installation.ts";

// Much more than a scene takes: beside builds and other tests they take five times as long.
const PATIENCE_MS = 300_000;

export interface Scene {
  installation: Installation;
  come: (visit: Visit) => Promise<Visitor>;
}

let installation: Promise<Installation> | undefined;
let browser: Promise<Browser> | undefined;

async function end() {
  const [chromium, made] = [browser, installation];
  browser = undefined;
  installation = undefined;
  await (await chromium?.catch(() => undefined))?.close();
  await (await made?.catch(() => undefined))?.end();
}

after(end);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => end().finally(() => process.exit(1)));
}

// `folder`: where its pictures go. Fails also on whatever goes wrong in a visitor's browser.
export function scene(sentence: string, folder: string, tell: (scene: Scene) => Promise<void>) {
  test(sentence, async () => {
    installation ??= Installation.begin();
    const made = await installation;
    browser ??= launch();
    const chromium = await browser;
    const visitors: Visitor[] = [];
    try {
      const come = async (visit: Visit) => {
        const visitor = await Visitor.come(chromium, made.page, folder, visit);
        visitors.push(visitor);
        return visitor;
      };
      await inTime(tell({ installation: made, come }));
    } catch (error) {
      for (const visitor of visitors) await visitor.shot("failed").catch(() => undefined);
      throw new Error(`${said(error)}${troubles(visitors)}`, { cause: error });
    } finally {
      for (const visitor of visitors) await visitor.leave();
    }
    assert.equal(troubles(visitors), "");
  });
}

// Not the runner's own limit: of what hangs, too, there is a picture.
async function inTime(told: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`It has not ended within ${PATIENCE_MS / 1000} seconds.`);
    timer = setTimeout(() => reject(error), PATIENCE_MS);
  });
  await Promise.race([told, late]).finally(() => clearTimeout(timer));
}

function said(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function troubles(visitors: Visitor[]): string {
  return visitors.flatMap(({ problems }) => problems.map((one) => `\n  ${one}`)).join("");
}
