// SPDX-License-Identifier: Apache-2.0
import { type MouseEvent, useEffect, useRef } from "react";
import { useContainerPage } from "@/actions/context";
import type { Item } from "@/model/history";
import { isBreak } from "@/model/history";
import { audienceWords } from "@/model/share";
import { clockWords } from "@/model/time";
import { ItemIcon, iconWords } from "@/timeline/icons";
import { Badge, BranchIcon, Button, classes, TagIcon, UndoIcon } from "@/ui";
import type { MenuPlace } from "./ItemMenu";
import styles from "./lists.module.css";

interface Props {
  item: Item;
  // Its day, where it is the first of it in the list.
  day: string;
  // The Tab key stops here.
  isStop: boolean;
  showBranch: boolean;
  onMenu: (place: MenuPlace) => void;
}

export function HistoryRow({ item, day, isStop, showBranch, onMenu }: Props) {
  const { item: selected, select, history, actions, perform } = useContainerPage();
  const button = useRef<HTMLButtonElement>(null);
  const isSelected = item.id === selected.id;
  const lane = history.lanes.find((one) => one.id === item.lane);
  const canUndo =
    lane?.isActive &&
    isBreak(item) &&
    lane.items.findLast((one) => one.begun) === item &&
    !actions.undo.unavailable;

  // What is selected elsewhere is brought into the list's view, not the page's.
  useEffect(() => {
    const row = button.current;
    const rows = row?.closest("ul");
    if (!isSelected || !row || !rows || rows.scrollHeight <= rows.clientHeight) return;
    row.scrollIntoView({ block: "nearest" });
  }, [isSelected]);

  const openMenu = (event: MouseEvent) => {
    event.preventDefault();
    select(item.id);
    const box = button.current?.getBoundingClientRect();
    // A key opens it at the row, as there is no pointer.
    onMenu(
      event.clientX || !box
        ? { x: event.clientX, y: event.clientY }
        : { x: box.left + 80, y: box.bottom },
    );
  };

  return (
    <li className={classes(styles.row, isSelected && styles.rowSelected)}>
      <span className={styles.day}>{day}</span>
      <button
        ref={button}
        type="button"
        className={styles.rowButton}
        data-row={item.id}
        tabIndex={isStop ? 0 : -1}
        aria-current={isSelected ? "true" : undefined}
        onClick={() => select(item.id)}
        onContextMenu={openMenu}
      >
        <span className={styles.time}>
          {item.kind === "now" ? "" : clockWords(item.at, item.kind === "moment")}
        </span>
        <span className={classes(!item.isReachable && styles.faint, styles.rowIcon)}>
          <ItemIcon kind={item.isReachable ? item.kind : "unreachable"} />
        </span>
        {item.bookmark && <span className="visually-hidden">{iconWords[item.kind]}: </span>}
        <span className={classes(styles.rowTitle, item.bookmark && styles.named)}>
          {item.title}
        </span>
        <RowNotes item={item} branch={showBranch ? lane?.name : undefined} />
      </button>
      {canUndo && (
        <Button
          size="small"
          variant="quiet"
          icon={<UndoIcon />}
          tabIndex={isStop ? 0 : -1}
          onClick={() => perform("undo")}
        >
          Undo
        </Button>
      )}
    </li>
  );
}

function RowNotes({ item, branch }: { item: Item; branch: string | undefined }) {
  const { bookmark, begun, failure } = item;
  const audience = bookmark ? audienceWords(bookmark) : "";
  const actor = bookmark?.creator.name ?? begun?.operation?.actor ?? failure?.actor.name;
  return (
    <span className={styles.rowNote}>
      {[audience, bookmark?.note, item.isReachable ? "" : "no longer kept", actor && `by ${actor}`]
        .filter(Boolean)
        .join(" · ")}
      {bookmark?.tags.map((tag) => (
        <Badge key={tag} icon={<TagIcon />}>
          {tag}
        </Badge>
      ))}
      {branch && <Badge icon={<BranchIcon />}>{branch}</Badge>}
    </span>
  );
}
