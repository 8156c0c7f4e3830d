// SPDX-License-Identifier: Apache-2.0
import styles from "./feedback.module.css";

// Says "working" to the eye only; whoever shows it says it in words too.
export function Spinner() {
  return (
    <svg
      className={styles.spinner}
      width="14"
      height="14"
      viewBox="0 0 16 16"
      fill="none"
      aria-hidden="true"
    >
      <circle cx="8" cy="8" r="6.25" stroke="currentColor" strokeOpacity="0.25" strokeWidth="2" />
      <path
        d="M8 1.75A6.25 6.25 0 0 1 14.25 8"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  );
}
