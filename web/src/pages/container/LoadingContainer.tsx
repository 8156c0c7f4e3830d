// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from "@/ui";
import header from "./header.module.css";
import styles from "./workspace.module.css";

// The shape of the page, so that nothing moves when it is there.
export function LoadingContainer() {
  return (
    <div className={styles.page} role="status" aria-label="Loading the container">
      <div className={header.header}>
        <Skeleton width="16rem" height="1.75rem" />
        <Skeleton width="22rem" height="1.75rem" />
      </div>
      <div className={styles.loadingTimeline}>
        <Skeleton width="100%" height="0.25rem" />
      </div>
      <div className={styles.loadingBar}>
        <Skeleton width="40%" height="1.25rem" />
        <Skeleton width="60%" height="2rem" />
        <Skeleton width="70%" />
      </div>
    </div>
  );
}
