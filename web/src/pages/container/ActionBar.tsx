import { type ReactNode, type Ref, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useContainerPage } from "@/actions/context";
import { ALWAYS, LOOKS, labelOf, mainAction, OF_NOW } from "@/actions/words";
import type { ActionId } from "@/model/actions";
import { bookmarkAddress } from "@/model/share";
import { Button, copy, ErrorBanner, LinkIcon, Menu, MoreIcon, Toolbar, toast } from "@/ui";
import styles from "./container.module.css";
import { EndingStrip, RunningStrip } from "./OperationStrip";
import { SelectionDetails, SelectionTitle } from "./Selection";
import type { Following } from "./useFollowing";

// What is over sooner needs no words.
const SHORT_MS = 250;

interface Props {
  ref: Ref<HTMLElement>;
  following: Following;
  problem: unknown;
  onCloseProblem: () => void;
}

// What is selected and what can be done with it. While something is done to the container, a strip
// says what, in the place of the buttons.
export function ActionBar({ ref, following, problem, onCloseProblem }: Props) {
  const { operation, isRunning } = following;
  const isLong = useLasting(isRunning, SHORT_MS);
  return (
    <section ref={ref} className={styles.actionBar} aria-label="Selected">
      {problem !== null && (
        <ErrorBanner
          error={problem}
          actions={
            <Button size="small" onClick={onCloseProblem}>
              Close
            </Button>
          }
        />
      )}
      <SelectionTitle />
      <ActionArea isRunning={isLong}>
        {operation && isLong ? <RunningStrip operation={operation} /> : <Actions />}
      </ActionArea>
      {operation && !isRunning && <EndingStrip operation={operation} onClose={following.dismiss} />}
      <SelectionDetails />
    </section>
  );
}

// True once it has been so for a while.
function useLasting(isSo: boolean, spanMs: number): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!isSo) return;
    const timer = setTimeout(() => setLasting(true), spanMs);
    return () => clearTimeout(timer);
  }, [isSo, spanMs]);
  return isSo && isLasting;
}

// Whoever pressed a button by key stays here while the strip is in its place, and comes back to the
// buttons afterwards.
function ActionArea({ isRunning, children }: { isRunning: boolean; children: ReactNode }) {
  const area = useRef<HTMLDivElement>(null);
  const hasFocus = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is focused goes with what is shown
  useLayoutEffect(() => {
    const root = area.current;
    const focused = document.activeElement;
    if (!root || !hasFocus.current || (focused !== root && root.contains(focused))) return;
    (root.querySelector<HTMLElement>("[data-main]") ?? root).focus({ preventScroll: true });
  }, [isRunning]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches where the focus is
    <div
      ref={area}
      className={styles.actionArea}
      tabIndex={-1}
      onFocus={() => {
        hasFocus.current = true;
      }}
      onBlur={(event) => {
        // A button that is taken away has lost the focus to nothing, and is gone already.
        if (event.relatedTarget || event.target.isConnected) hasFocus.current = false;
      }}
    >
      {children}
    </div>
  );
}

function Actions() {
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
        className={styles.action}
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
