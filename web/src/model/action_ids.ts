// SPDX-License-Identifier: Apache-2.0
// The acts on the selected moment.
export const ACTIONS = [
  "bookmark",
  "restore",
  "branch",
  "share",
  "undo",
  "refresh",
  "reset",
  "activate",
  "edit",
  "delete",
] as const;
export type ActionId = (typeof ACTIONS)[number];
