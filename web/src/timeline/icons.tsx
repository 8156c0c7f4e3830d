// SPDX-License-Identifier: Apache-2.0
// One icon for each kind of item: told apart by shape, so that colour is never needed. Always shown
// beside a word or with a label on what holds it; for screen readers they are nothing.

import type { ReactNode } from "react";
import type { ItemKind } from "@/model/history";
import { IconFrame } from "@/ui/IconFrame";

export type IconKind = ItemKind | "unreachable";

const shapes: Record<IconKind, ReactNode> = {
  now: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <circle cx="8" cy="8" r="2.75" fill="currentColor" stroke="none" />
    </>
  ),
  automatic: <circle cx="8" cy="8" r="3.25" />,
  safety: (
    <path d="M8 1.75 13 3.5v4c0 3.2-2 5.5-5 6.75C5 13 3 10.7 3 7.5v-4zM5.75 7.75l1.6 1.6 2.9-3" />
  ),
  synced: <path d="M8 2v8M4.75 7 8 10.25 11.25 7M3 13.5h10" />,
  bookmark: <path d="M4 2.25h8v11.5l-4-3-4 3z" fill="currentColor" />,
  shared: (
    <>
      <path d="M2 2.25h6.5v10.5L5.25 10.4 2 12.75z" fill="currentColor" />
      <path d="M11 8.75h4M13 6.5l2.25 2.25L13 11" />
    </>
  ),
  began: (
    <>
      <circle cx="4.25" cy="3.5" r="1.75" />
      <circle cx="4.25" cy="12.5" r="1.75" />
      <circle cx="11.75" cy="5.5" r="1.75" />
      <path d="M4.25 5.25v5.5M11.75 7.25c0 2.5-7.5 1-7.5 3.5" />
    </>
  ),
  refreshed: (
    <path d="M13.25 7A5.4 5.4 0 0 0 3.6 4.9L2.5 6.25M2.5 2.75v3.5H6M2.75 9a5.4 5.4 0 0 0 9.65 2.1l1.1-1.35M13.5 13.25v-3.5H10" />
  ),
  restored: <path d="M2.5 2.5v4H6.5M2.75 6.25A5.6 5.6 0 1 1 2.4 9M8 5v3.25l2.25 1.5" />,
  reset: <path d="M3 3v10M13 3.25v9.5L6 8z" />,
  undone: <path d="M5.75 2.75 2.5 6l3.25 3.25M2.75 6H10a3.5 3.5 0 0 1 0 7H6.5" />,
  moment: <path d="M8 1.5v13M4.75 5.5 8 8l3.25-2.5M4.75 10.5 8 8l3.25 2.5" />,
  failed: <path d="M8 2 14.5 13.5h-13zM8 6.25v3.25M8 11.4v.1" />,
  unreachable: (
    <>
      <circle cx="8" cy="8" r="5.25" strokeDasharray="2.2 2" />
      <path d="M4.5 11.5l7-7" />
    </>
  ),
};

// What the icon says, for legends and for text beside it.
export const iconWords: Record<IconKind, string> = {
  now: "Now",
  automatic: "Automatic point",
  safety: "Safety point",
  synced: "Newest data fetched",
  bookmark: "Bookmark",
  shared: "Shared bookmark",
  began: "Branch began",
  refreshed: "Refreshed from production",
  restored: "Restored",
  reset: "Reset",
  undone: "Undone",
  moment: "A moment",
  failed: "Failed",
  unreachable: "No longer kept",
};

export function ItemIcon({ kind, className }: { kind: IconKind; className?: string | undefined }) {
  return <IconFrame className={className}>{shapes[kind]}</IconFrame>;
}
