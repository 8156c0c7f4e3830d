// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useState } from "react";
import styles from "./parts.module.css";

// What few need, folded away; open at first where something is filled in already.
export function Advanced({
  summary,
  isOpenAtFirst,
  children,
}: {
  summary: string;
  isOpenAtFirst: boolean;
  children: ReactNode;
}) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details
      className={styles.advanced}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{summary}</summary>
      <div>{children}</div>
    </details>
  );
}
