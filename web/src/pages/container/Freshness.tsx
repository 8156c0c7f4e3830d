// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useContainerPage } from "@/actions/context";
import { templateQuery } from "@/api/queries";
import { freshnessWords, productionTimeOf } from "@/model/freshness";
import { useNow } from "@/ui";
import styles from "./workspace.module.css";

// Events of syncs come to administrators only.
const LOOK_AGAIN_MS = 60_000;

// Beside Refresh: what it would give, and what one has.
export function Freshness() {
  const words = useFreshness();
  return words && <span className={styles.freshness}>{words}</span>;
}

export function useFreshness(): string {
  const { container, history, item } = useContainerPage();
  const { data: template } = useQuery({
    ...templateQuery(container.template.id),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const now = useNow();
  return freshnessWords(template, productionTimeOf(history, item.lane), now);
}
