// SPDX-License-Identifier: Apache-2.0
// Who holds the space, as rows that can be sorted.
import type { Space, Usage } from "@/api/types";

export type Kind = "container" | "template" | "source" | "trash" | "user";

export interface UsageRow extends Space {
  id: string;
  name: string;
  kind: Kind;
  what: string; // the kind in words
}

export type UsageKey = "name" | "unique" | "shared" | "full";

export interface UsageOrder {
  by: UsageKey;
  isDescending: boolean;
}

export const FIRST_ORDER: UsageOrder = { by: "unique", isDescending: true };

// Nothing is in two of the first four; "all" are these, and "users" holds containers once more.
export type Holder = "all" | "containers" | "templates" | "sources" | "trash" | "users";

const KINDS: Record<Exclude<Holder, "all">, (usage: Usage) => UsageRow[]> = {
  containers: ({ containers }) =>
    containers.map((row) => ({ ...row, ...row.container, kind: "container", what: "container" })),
  templates: ({ templates }) =>
    templates.map((row) => ({ ...row, ...row.template, kind: "template", what: "template" })),
  sources: ({ sources }) =>
    sources.map((row) => ({ ...row, ...row.source, kind: "source", what: "source" })),
  trash: ({ trash }) =>
    trash.map((row) => ({ ...row, ...row.thing, kind: "trash", what: `${row.kind} in the trash` })),
  users: ({ users }) => users.map((row) => ({ ...row, ...row.user, kind: "user", what: "owner" })),
};

export function rowsOf(usage: Usage, holder: Holder): UsageRow[] {
  if (holder !== "all") return KINDS[holder](usage);
  const { containers, templates, sources, trash } = KINDS;
  return [containers, templates, sources, trash].flatMap((rows) => rows(usage));
}

// What of the used space is no row's alone: the rows and this are all of it. Nothing where more is told
// than is used, as the rows are measured one after the other.
export function restOf(rows: readonly Space[], used: number): number {
  const alone = rows.reduce((sum, row) => sum + row.unique, 0);
  return Math.max(0, used - alone);
}

// Where the row leads: to what it names.
export function hrefOf(row: UsageRow): string | null {
  if (row.name === "") return null;
  switch (row.kind) {
    case "container":
      return `/containers/${encodeURIComponent(row.name)}`;
    case "template":
      return `/admin/templates/${row.id}`;
    case "source":
      return `/admin/sources/${row.id}`;
    case "trash":
      return "/trash";
    case "user":
      return "/admin/users";
  }
}

// Equal ones by name, so that nothing jumps about.
export function sorted(rows: readonly UsageRow[], order: UsageOrder): UsageRow[] {
  const sign = order.isDescending ? -1 : 1;
  const byName = (a: UsageRow, b: UsageRow) => a.name.localeCompare(b.name, "en");
  return [...rows].sort((a, b) => {
    if (order.by === "name") return sign * byName(a, b);
    return sign * (a[order.by] - b[order.by]) || byName(a, b);
  });
}

// A second click on the same head turns it round. Sizes begin with the largest, names with A.
export function orderAfterClick(order: UsageOrder, by: UsageKey): UsageOrder {
  if (order.by === by) return { by, isDescending: !order.isDescending };
  return { by, isDescending: by !== "name" };
}

export interface Bar {
  unique: number; // percent
  shared: number;
}

// How long the bar of a row is beside that of the largest.
export function barOf(row: Space, rows: readonly Space[]): Bar {
  const most = Math.max(1, ...rows.map((one) => one.unique + one.shared));
  return { unique: (100 * row.unique) / most, shared: (100 * row.shared) / most };
}
