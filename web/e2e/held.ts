// SPDX-License-Identifier: Apache-2.0
// Holds back what the server answers to one visitor, as a slow network does.
import type { Route } from "playwright-core";
import type { Visitor } from "./browser.ts";

// All requests to such an address, until `release` is called.
export async function hold(
  visitor: Visitor,
  address: RegExp,
): Promise<{ release: () => Promise<void> }> {
  let held: Route[] | null = [];
  await visitor.page.route(address, async (route) => {
    if (held) held.push(route);
    else await route.continue();
  });
  return {
    release: async () => {
      const routes = held ?? [];
      held = null;
      for (const route of routes) await route.continue();
    },
  };
}
