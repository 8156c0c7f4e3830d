// Who holds the space, as rows that can be sorted.
import type { Space, Usage } from "@/api/types";

export interface UsageRow extends Space {
  id: string;
  name: string;
}

export type UsageKey = "name" | "unique" | "shared" | "full";

export interface UsageOrder {
  by: UsageKey;
  isDescending: boolean;
}

export const FIRST_ORDER: UsageOrder = { by: "unique", isDescending: true };

export type Holder = "templates" | "containers" | "users";

export function rowsOf(usage: Usage, holder: Holder): UsageRow[] {
  if (holder === "templates") return usage.templates.map((row) => ({ ...row, ...row.template }));
  if (holder === "containers") return usage.containers.map((row) => ({ ...row, ...row.container }));
  return usage.users.map((row) => ({ ...row, ...row.user }));
}

// What of the used space is nobody's alone: the rows and this are all of it. Nothing where more is told
// than is used, as the disk is measured at another time than the rows.
export function restOf(rows: readonly Space[], pool: { total: number; free: number }): number {
  const alone = rows.reduce((sum, row) => sum + row.unique, 0);
  return Math.max(0, pool.total - pool.free - alone);
}

// Where the row leads: to what it names.
export function hrefOf(row: UsageRow, holder: Holder): string | null {
  if (row.name === "") return null;
  if (holder === "containers") return `/containers/${encodeURIComponent(row.name)}`;
  return holder === "templates" ? `/admin/templates/${row.id}` : "/admin/users";
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
