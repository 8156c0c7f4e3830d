// SPDX-License-Identifier: Apache-2.0
import type { Pool } from "@/api/types";
import { size } from "./size";

export interface PoolWarning {
  tone: "warning" | "danger";
  title: string;
  advice: string;
}

const FULL = 0.02;
const SHORT = 0.05; // then the daemon takes no automatic points
const NEARLY_FULL = 0.1;

// What everybody must know about the space, if anything.
export function poolWarning(pool: Pool): PoolWarning | null {
  const share = pool.total > 0 ? pool.free / pool.total : 1;
  if (share >= NEARLY_FULL) return null;
  const left = `${size(pool.free)} of ${size(pool.total)} are free.`;
  const advice = `${left} Delete branches and bookmarks that nobody needs; “Space” shows what each gives back. What is in the trash still takes space.${share < SHORT ? " Until then no automatic points are taken." : ""}`;
  return share < FULL
    ? { tone: "danger", title: "There is no space left: changes may be refused", advice }
    : { tone: "warning", title: "Space is running out", advice };
}
