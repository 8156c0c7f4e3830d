// SPDX-License-Identifier: Apache-2.0
const RETURN_MS = 50;

// To the action that is most likely wanted.
export function goToActionsOf(bar: HTMLElement | null) {
  bar?.querySelector<HTMLElement>("[data-main]")?.focus({ preventScroll: true });
}

// A dialog returns the focus to where it came from, and a button keeps it. Where that is gone, as what
// was done has changed the page, the actions are next.
export function keepFocus(goToActions: () => void) {
  setTimeout(() => document.activeElement === document.body && goToActions(), RETURN_MS);
}
