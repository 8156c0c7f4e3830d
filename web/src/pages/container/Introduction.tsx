// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { introduced } from "@/api/introduced";
import { Button, InfoIcon } from "@/ui";
import styles from "./workspace.module.css";

// What the timeline is, to whoever sees it for the first time.
export function Introduction() {
  const [isDue, setDue] = useState(() => !introduced.has("timeline"));
  if (!isDue) return null;
  const dismiss = () => {
    introduced.add("timeline");
    setDue(false);
  };
  return (
    <p className={styles.introduction}>
      <InfoIcon />
      <span>
        This line is the history of your data, up to now at its right end. Select a mark on it, and
        the buttons below say what you can do with your data of that moment.
      </span>
      <Button size="small" onClick={dismiss}>
        Got it
      </Button>
    </p>
  );
}
