import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { availableQuery } from "@/api/queries";
import type { History, Item, Lane } from "@/model/history";
import { itemOfAvailable } from "@/model/situation";

// The one moment that is selected: on the timeline, or a bookmark that is offered by others. At first,
// and where what was selected has gone, it is now.
export function useSelection(container: string, history: History, lane: Lane) {
  const [id, select] = useState<string | null>(null);
  const { data: available } = useQuery(availableQuery(container));
  const item = useMemo((): Item => {
    const offered = available?.find((bookmark) => bookmark.id === id);
    const found = id === null ? undefined : history.byId.get(id);
    const selected = found ?? (offered && itemOfAvailable(offered)) ?? lane.items.at(-1);
    if (!selected) throw new Error("a branch always has a now");
    return selected;
  }, [history, lane, available, id]);
  return { item, select };
}
