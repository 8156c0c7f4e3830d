// SPDX-License-Identifier: Apache-2.0
import { type RefObject, useEffect, useState } from "react";
import { momentOf } from "@/api/acts";
import { type Item, type Lane, momentItem } from "@/model/history";
import { goToActionsOf } from "./focus";
import type { ShownHistory } from "./useHistory";

interface Places {
  container: string;
  shown: ShownHistory;
  lane: Lane;
  select: (id: string) => void;
  selectMoment: (item: Item) => void;
  actionBar: RefObject<HTMLElement | null>;
}

// Selects the very moment of a time, where a log leads there, else the newest one before it, and goes to
// what can be done with it. What lies further back than what is loaded is loaded first. Fails as the
// server does.
export function useGoTo({
  container,
  shown: { loadedFrom, loadOlder, isLoadingOlder },
  lane,
  select,
  selectMoment,
  actionBar,
}: Places): (at: number) => Promise<void> {
  const [wanted, setWanted] = useState<Item | null>(null);
  useEffect(() => {
    if (wanted === null || isLoadingOlder) return;
    if (wanted.at < loadedFrom && loadOlder) {
      loadOlder();
      return;
    }
    setWanted(null);
    const found = lane.items.findLast((one) => one.kind !== "now" && one.at <= wanted.at);
    const isExact = wanted.kind === "moment" && found?.at !== wanted.at;
    if (isExact) selectMoment(wanted);
    else if (found) select(found.id);
    setArrived(true);
  }, [wanted, loadedFrom, loadOlder, isLoadingOlder, lane, select, selectMoment]);

  // Once the actions are drawn for what is selected now. The list may have been scrolled far away from them.
  const [hasArrived, setArrived] = useState(false);
  useEffect(() => {
    if (!hasArrived) return;
    setArrived(false);
    goToActionsOf(actionBar.current);
    actionBar.current?.scrollIntoView({ block: "nearest" });
  }, [hasArrived, actionBar]);
  return async (at) => {
    const { exact, sources } = await momentOf(container, new Date(at).toISOString(), lane.id);
    const item = momentItem(lane.id, at, sources);
    setWanted(exact ? item : { ...item, kind: "automatic" });
  };
}
