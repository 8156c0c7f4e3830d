// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { whyNotChange } from "@/model/rights";
import styles from "./lists.module.css";

// Above rows whose buttons are all grey for one reason. What is under way is told by its strip.
export function WhyNotChange() {
  const { container, me } = useContainerPage();
  const why = whyNotChange({ ...container, operation: null }, me);
  return why && <p className={styles.whyNot}>{why}</p>;
}
