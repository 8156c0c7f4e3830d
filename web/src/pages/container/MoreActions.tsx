import { useContainerPage } from "@/actions/context";
import { LOOKS, labelOf } from "@/actions/words";
import type { Bookmark } from "@/api/types";
import type { ActionId } from "@/model/actions";
import { bookmarkAddress } from "@/model/share";
import { Button, copy, LinkIcon, Menu, type MenuItem, MoreIcon, toast } from "@/ui";
import styles from "./workspace.module.css";

const OF_BOOKMARKS = "rename, tags, expiry, delete";

// The menu at the end of the action bar: what has no room in it, and what is done with bookmarks only.
export function MoreActions({ actions: ids }: { actions: ActionId[] }) {
  const { item, actions, perform } = useContainerPage();
  const { bookmark } = item;
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
        { items: ids.map((id) => ({ ...entry(id), hint: actions[id].gist })) },
        {
          items: bookmark
            ? [copyingOf(bookmark), entry("edit", "Rename, note, tags, expiry…")]
            : [],
        },
        { items: bookmark ? [entry("delete", "Delete…")] : [] },
      ]}
    />
  );
}

function copyingOf(bookmark: Bookmark): MenuItem {
  const copyAddress = async () => {
    const isCopied = await copy(bookmarkAddress(bookmark, location.origin));
    toast(isCopied ? "Address copied." : "The browser does not allow to copy.");
  };
  return {
    label: "Copy address",
    icon: <LinkIcon />,
    hint: "For a bug report.",
    onSelect: copyAddress,
  };
}
