import { type RefObject, useEffect, useState } from "react";
import type { Lane } from "@/model/history";
import type { ShownHistory } from "./useHistory";

const SHOWN_MS = 50;

// Selects the newest moment at or before a time. What lies further back than what is loaded is loaded
// first.
export function useGoTo(
  { loadedFrom, loadOlder, isLoadingOlder }: ShownHistory,
  lane: Lane,
  select: (id: string) => void,
  actionBar: RefObject<HTMLElement | null>,
): (at: number) => void {
  const [wanted, setWanted] = useState<number | null>(null);
  useEffect(() => {
    if (wanted === null || isLoadingOlder) return;
    if (wanted < loadedFrom && loadOlder) {
      loadOlder();
      return;
    }
    const found = lane.items.findLast((one) => one.kind !== "now" && one.at <= wanted);
    setWanted(null);
    if (!found) return;
    select(found.id);
    // The list may have been scrolled far away from what can be done with it.
    setTimeout(() => actionBar.current?.scrollIntoView({ block: "nearest" }), SHOWN_MS);
  }, [wanted, loadedFrom, loadOlder, isLoadingOlder, lane, select, actionBar]);
  return setWanted;
}
