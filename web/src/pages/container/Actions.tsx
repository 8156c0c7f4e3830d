import { useState } from "react";
import { useContainerPage } from "@/actions/context";
import { ALWAYS, LOOKS, labelOf, mainAction, OF_NOW } from "@/actions/words";
import type { ActionId } from "@/model/actions";
import { bookmarkAddress } from "@/model/share";
import { Button, copy, LinkIcon, Menu, MoreIcon, Toolbar, toast } from "@/ui";
import styles from "./workspace.module.css";

// The buttons of what can be done with the selected moment, and the sentence that says what will happen.
export function Actions() {
  const { item, actions, container } = useContainerPage();
  const [pointedAt, setPointedAt] = useState<ActionId | null>(null);
  const main = mainAction(item, container.active_branch.id);
  const isActiveNow = item.kind === "now" && item.lane === container.active_branch.id;
  const shown: ActionId[] = [
    ...(main === "activate" ? [main] : []),
    ...ALWAYS,
    ...(isActiveNow ? OF_NOW : []),
  ];
  const told =
    actions[
      pointedAt ??
        (actions[main].unavailable ? (shown.find((id) => !actions[id].unavailable) ?? main) : main)
    ];
  const isPointedOff = pointedAt !== null && told.unavailable !== null;
  return (
    <>
      <Toolbar
        label="Actions"
        className={styles.toolbar}
        onMouseLeave={() => setPointedAt(null)}
        onBlur={() => setPointedAt(null)}
      >
        {shown.map((id) => (
          <ActionButton key={id} id={id} isMain={id === main} onPoint={setPointedAt} />
        ))}
        <MoreActions />
      </Toolbar>
      <p className={styles.consequence}>
        <strong>{labelOf(told.id, item)}:</strong>{" "}
        {isPointedOff ? told.unavailable : (told.unavailable ?? told.consequence)}
      </p>
    </>
  );
}

function ActionButton({
  id,
  isMain,
  onPoint,
}: {
  id: ActionId;
  isMain: boolean;
  onPoint: (id: ActionId) => void;
}) {
  const { item, actions, perform } = useContainerPage();
  const { unavailable, consequence } = actions[id];
  const look = LOOKS[id];
  const describedBy = `action-${id}`;
  return (
    <>
      <Button
        variant={isMain && !unavailable ? "main" : "plain"}
        icon={look.icon}
        {...(look.key && { shortcut: look.key })}
        {...(isMain && { "data-main": "" })}
        isOff={Boolean(unavailable)}
        aria-describedby={describedBy}
        onMouseEnter={() => onPoint(id)}
        onFocus={() => onPoint(id)}
        onClick={() => perform(id)}
      >
        {labelOf(id, item)}
      </Button>
      <span id={describedBy} hidden>
        {unavailable ?? consequence}
      </span>
    </>
  );
}

function MoreActions() {
  const { item, actions, perform } = useContainerPage();
  const { bookmark } = item;
  if (!bookmark) return null;
  const copyAddress = async () =>
    toast(
      (await copy(bookmarkAddress(bookmark, location.origin)))
        ? "Address copied."
        : "The browser does not allow to copy.",
    );
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="quiet" icon={<MoreIcon />} aria-label="More: rename, tags, expiry, delete">
          <span className={styles.moreWords}>rename, tags, expiry, delete</span>
        </Button>
      }
      parts={[
        {
          items: [
            {
              label: "Copy address",
              icon: <LinkIcon />,
              hint: "For a bug report.",
              onSelect: copyAddress,
            },
            {
              label: "Rename, note, tags, expiry…",
              icon: LOOKS.edit.icon,
              unavailable: actions.edit.unavailable ?? undefined,
              onSelect: () => perform("edit"),
            },
          ],
        },
        {
          items: [
            {
              label: "Delete…",
              icon: LOOKS.delete.icon,
              isDanger: true,
              unavailable: actions.delete.unavailable ?? undefined,
              onSelect: () => perform("delete"),
            },
          ],
        },
      ]}
    />
  );
}
