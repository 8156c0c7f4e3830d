// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

export interface MenuItem {
  label: ReactNode;
  icon?: ReactNode;
  hint?: ReactNode;
  shortcut?: string;
  isDanger?: boolean;
  // Why it cannot be chosen now, shown below its label.
  unavailable?: string | undefined;
  onSelect?: () => void;
  // Leads to a page of ours instead.
  href?: string;
}

// Parts are divided by lines.
export interface MenuPart {
  heading?: ReactNode;
  items: MenuItem[];
}
