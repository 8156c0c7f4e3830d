// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { ALWAYS, LOOKS, labelOf, OF_NOW } from "@/actions/words";
import type { ActionId } from "@/model/actions";
import { isOtherNow } from "@/model/situation";
import { MenuAt } from "@/ui";

export interface MenuPlace {
  x: number;
  y: number;
}

// The action bar as a menu beside the selected moment.
export function ItemMenu({ place, onClose }: { place: MenuPlace | null; onClose: () => void }) {
  const page = useContainerPage();
  const { item, actions, perform } = page;
  const isOther = isOtherNow(page);
  const entry = (id: ActionId) => ({
    label: labelOf(id, item),
    icon: LOOKS[id].icon,
    ...(LOOKS[id].key && { shortcut: LOOKS[id].key }),
    unavailable: actions[id].unavailable ?? undefined,
    isDanger: id === "delete",
    onSelect: () => perform(id),
  });
  const first: ActionId[] = isOther ? ["activate", ...ALWAYS] : ALWAYS;
  return (
    <MenuAt
      at={place}
      onClose={onClose}
      label={`Actions for ${item.title}`}
      parts={[
        { heading: item.title, items: first.map(entry) },
        { items: item.kind === "now" && !isOther ? OF_NOW.map(entry) : [] },
        { items: item.bookmark ? [entry("edit"), entry("delete")] : [] },
      ]}
    />
  );
}
