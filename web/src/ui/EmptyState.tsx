// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";
import styles from "./feedback.module.css";

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  // There is nothing else on the page.
  isPage?: boolean;
}

// Where there is nothing (yet): says so, and what to do.
export function EmptyState({ icon, title, children, actions, isPage }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {icon}
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children && <p>{children}</p>}
      {actions && <div className={styles.emptyActions}>{actions}</div>}
    </div>
  );
}

// The shape of what will be there, while it is loaded.
export function Skeleton({ width = "100%", height = "1rem" }: { width?: string; height?: string }) {
  return <span className={styles.skeleton} style={{ width, height }} aria-hidden="true" />;
}
