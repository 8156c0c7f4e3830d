// SPDX-License-Identifier: Apache-2.0
// The page's own half of the session. The cookie goes to every port of this host, and so to the
// applications of containers; what is kept here, only the page's origin can read. All of its tabs do.
const NAME = "slip_page_key";

export const PAGE_KEY_HEADER = "Slip-Page-Key";

// Where the browser lets nothing be kept, the session lasts as long as the tab.
let unkept: string | null = null;

export const pageKey = {
  get(): string | null {
    try {
      return localStorage.getItem(NAME) ?? unkept;
    } catch {
      return unkept;
    }
  },
  keep(key: string | null) {
    unkept = key;
    try {
      if (key === null) localStorage.removeItem(NAME);
      else localStorage.setItem(NAME, key);
    } catch {
      // It is kept above.
    }
  },
  headers(): Record<string, string> {
    const key = pageKey.get();
    return key === null ? {} : { [PAGE_KEY_HEADER]: key };
  },
};
