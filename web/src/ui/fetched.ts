// SPDX-License-Identifier: Apache-2.0
// Parts of the page that are fetched when they are first wanted, or when there is nothing else to do.
const TRIES = 10;
const WAIT_MS = 1000;

// Tries again for a while: the server may be restarting just then. Fails where it has no such part
// any more, as its page is a newer one.
export async function fetched<Part>(load: () => Promise<Part>): Promise<Part> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await load();
    } catch (error) {
      if (attempt === TRIES) throw error;
      await new Promise((next) => setTimeout(next, WAIT_MS));
    }
  }
}

// So that it is there when it is wanted. No harm is done where it cannot be had yet.
export function prepare(load: () => Promise<unknown>) {
  fetched(load).catch(() => undefined);
}
