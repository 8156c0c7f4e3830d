// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { availableQuery, bookmarksQuery } from "@/api/queries";
import { type History, type Item, withMoment } from "@/model/history";
import { itemOfAvailable, itemOfOwn } from "@/model/situation";

// The one moment that is selected: on the timeline, or a bookmark that is offered by others. At first,
// and where what was selected has gone, it is now. A time that no point is of is part of the history as
// long as it is selected.
export function useSelection(container: string, shown: History, lane: string) {
  const [id, select] = useState<string | null>(null);
  const [moment, setMoment] = useState<Item | null>(null);
  const { data: available } = useQuery(availableQuery(container));
  const { data: own } = useQuery(bookmarksQuery(container));
  const chosen = moment?.id === id ? moment : null;
  const history = useMemo(() => (chosen ? withMoment(shown, chosen) : shown), [shown, chosen]);
  const item = useMemo((): Item => {
    const offered = available?.find((bookmark) => bookmark.id === id);
    const found = id === null ? undefined : history.byId.get(id);
    const now = history.lanes.find((one) => one.id === lane)?.items.at(-1);
    // Of a branch, or a time, that is not shown.
    const away = own?.find((bookmark) => bookmark.id === id);
    const selected =
      found ?? (offered && itemOfAvailable(offered)) ?? (away && itemOfOwn(away)) ?? now;
    if (!selected) throw new Error("a branch always has a now");
    return selected;
  }, [history, lane, available, own, id]);
  const selectMoment = useCallback((one: Item) => {
    setMoment(one);
    select(one.id);
  }, []);
  return { history, item, select, selectMoment };
}
