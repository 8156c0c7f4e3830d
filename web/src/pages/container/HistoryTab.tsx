// SPDX-License-Identifier: Apache-2.0
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useContainerPage } from "@/actions/context";
import type { Item, Lane } from "@/model/history";
import { fits, listedItems, type Row, rowsOf, wordsOf } from "@/model/rows";
import { clockWords, dayWords, moment } from "@/model/time";
import { Button, ChevronRightIcon, EmptyState, SearchIcon, useNow } from "@/ui";
import { HistoryRow } from "./HistoryRow";
import type { MenuPlace } from "./ItemMenu";
import styles from "./lists.module.css";

interface Props {
  filter: string;
  lane: Lane;
  isAllShown: boolean;
  onAct: () => void;
  onMenu: (place: MenuPlace) => void;
  loadOlder: (() => void) | null;
  isLoadingOlder: boolean;
}

// So many rows at first, and more of them on demand.
const PAGE = 40;
const NONE: ReadonlySet<string> = new Set();

// The same moments as on the timeline, with the same selection, as a list. One stop of the Tab key:
// Up and Down go from row to row.
export function HistoryTab({
  filter,
  isAllShown,
  onAct,
  onMenu,
  loadOlder,
  isLoadingOlder,
}: Props) {
  const { item: selected, select } = useContainerPage();
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);
  const { rows, shown, selectedAt, showMore } = useRows(filter, isAllShown);

  if (rows.length === 0) {
    return (
      <EmptyState icon={<SearchIcon />} title="Nothing fits the filter">
        The filter looks at titles, notes, tags and users.
      </EmptyState>
    );
  }

  const move = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    const isAt = (event.target as HTMLElement).dataset.row === selected.id;
    if (event.key === "Enter" && isAt) {
      event.preventDefault();
      return onAct();
    }
    const next = nextButton(buttons, event);
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (next.dataset.row) select(next.dataset.row);
  };

  const unfold = (newest: Item) => {
    select(newest.id);
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-row="${newest.id}"]`)?.focus(),
    );
  };

  const stop = selectedAt >= 0 ? selected.id : undefined;
  return (
    <>
      <ul ref={list} className={styles.rows} aria-label="History, newest first" onKeyDown={move}>
        {shown.map((row, index) => {
          const at = row.kind === "item" ? row.item.at : (row.items[0]?.at ?? 0);
          const day = dayWords(at, now);
          const isFirstOfDay = index === 0 || day !== dayWords(timeOf(shown[index - 1]), now);
          const isStop = row.kind === "item" && (stop ? row.item.id === stop : index === 0);
          return row.kind === "item" ? (
            <HistoryRow
              key={row.item.id}
              item={row.item}
              day={isFirstOfDay ? day : ""}
              isStop={isStop}
              showBranch={isAllShown}
              onMenu={onMenu}
            />
          ) : (
            <Fold
              key={row.id}
              items={row.items}
              day={isFirstOfDay ? day : ""}
              now={now}
              onUnfold={() => row.items[0] && unfold(row.items[0])}
            />
          );
        })}
      </ul>
      {(shown.length < rows.length || loadOlder) && (
        <div className={styles.older}>
          <Button
            size="small"
            isBusy={isLoadingOlder}
            onClick={() => {
              showMore();
              if (shown.length >= rows.length) loadOlder?.();
            }}
          >
            Show older
          </Button>
        </div>
      )}
    </>
  );
}

// The rows of what fits the filter, so many of them as are shown, and where the selected one is.
function useRows(filter: string, isAllShown: boolean) {
  const { history, item: selected } = useContainerPage();
  const [unfolded, setUnfolded] = useState(NONE);
  // What was unfolded stays so.
  if (selected.kind === "automatic" && !unfolded.has(selected.id)) {
    setUnfolded(new Set([...unfolded, selected.id]));
  }
  const [most, setMost] = useState(PAGE);
  const rows = useMemo(() => {
    const all = listedItems(history, isAllShown);
    if (filter.trim() === "") return rowsOf(all, selected.id, unfolded);
    return all
      .filter((item) => fits(wordsOf(item), filter))
      .map((item): Row => ({ kind: "item", item }));
  }, [history, isAllShown, filter, selected.id, unfolded]);
  const selectedAt = rows.findIndex((row) => row.kind === "item" && row.item.id === selected.id);
  const shown = rows.slice(0, Math.max(most, selectedAt + 1));
  return { rows, shown, selectedAt, showMore: () => setMost(most + PAGE) };
}

// Where Up and Down, Home and End lead from a row.
function nextButton(buttons: readonly HTMLElement[], { key, target }: KeyboardEvent) {
  const at = buttons.indexOf(target as HTMLElement);
  if (at < 0) return undefined;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[key];
  return to === undefined ? undefined : buttons[Math.max(0, Math.min(buttons.length - 1, to))];
}

function timeOf(row: Row | undefined): number {
  if (!row) return 0;
  return row.kind === "item" ? row.item.at : (row.items[0]?.at ?? 0);
}

function Fold({
  items,
  day,
  now,
  onUnfold,
}: {
  items: Item[];
  day: string;
  now: number;
  onUnfold: () => void;
}) {
  const first = items.at(-1)?.at ?? 0;
  const last = items[0]?.at ?? 0;
  return (
    <li className={styles.row}>
      <span className={styles.day}>{day}</span>
      <button
        type="button"
        className={styles.rowButton}
        data-row=""
        tabIndex={-1}
        onClick={onUnfold}
        aria-expanded={false}
      >
        <span className={styles.time}>{clockWords(last)}</span>
        <ChevronRightIcon />
        <span className={styles.rowTitle}>{items.length} automatic points</span>
        <span className={styles.rowNote}>since {moment(first, now)}</span>
      </button>
    </li>
  );
}
