// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { LOOKS, labelOf } from "@/actions/words";
import type { Bookmark } from "@/api/types";
import type { ActionId } from "@/model/actions";
import { whyNotOpened } from "@/model/next_acts";
import { Button, LinkIcon, Menu, type MenuItem, MoreIcon } from "@/ui";
import { copyAddress } from "./copyAddress";
import { useFreshness } from "./Freshness";
import styles from "./workspace.module.css";

const OF_BOOKMARKS = "rename, tags, expiry, delete";

// The menu at the end of the action bar: what has no room in it, and what is done with bookmarks only.
export function MoreActions({ actions: ids }: { actions: ActionId[] }) {
  const { item, actions, perform, container, me } = useContainerPage();
  const { bookmark } = item;
  const freshness = useFreshness();
  if (!bookmark && ids.length === 0) return null;
  const entry = (id: ActionId, label = labelOf(id, item)): MenuItem => ({
    label,
    icon: LOOKS[id].icon,
    isDanger: id === "delete",
    unavailable: actions[id].unavailable ?? undefined,
    onSelect: () => perform(id),
  });
  return (
    <Menu
      align="end"
      trigger={
        <Button
          variant="quiet"
          icon={<MoreIcon />}
          aria-label={bookmark ? `More: ${OF_BOOKMARKS}` : "More"}
        >
          <span className={styles.moreWords}>{ids.length > 0 ? "More" : OF_BOOKMARKS}</span>
        </Button>
      }
      parts={[
        {
          items: ids.map((id) => ({
            ...entry(id),
            hint: [actions[id].gist, id === "refresh" && freshness].filter(Boolean).join(" "),
          })),
        },
        {
          items: bookmark
            ? [
                copyingOf(bookmark, whyNotOpened(bookmark, container, me)),
                entry("edit", "Rename, note, tags, expiry…"),
              ]
            : [],
        },
        { items: bookmark ? [entry("delete", "Delete…")] : [] },
      ]}
    />
  );
}

function copyingOf(bookmark: Bookmark, whyNot: string | null): MenuItem {
  return {
    label: "Copy address",
    icon: <LinkIcon />,
    hint: "For a bug report.",
    unavailable: whyNot ?? undefined,
    onSelect: () => copyAddress(bookmark),
  };
}
