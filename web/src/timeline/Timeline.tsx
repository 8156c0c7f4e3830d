// SPDX-License-Identifier: Apache-2.0
// A container's history as a drawing: one lane a branch, now at the right. For the keyboard and screen
// readers it is one list box: one tab stop, its options the moments. It shows the selection and asks for
// another; it changes nothing by itself.
import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
} from "react";
import { type History, type Item, inDrawnOrder, type Lane } from "@/model/history";
import { moved } from "@/model/selection";
import { useNow } from "@/ui/useNow";
import { Axis } from "./Axis";
import { Beyond } from "./Beyond";
import { Controls } from "./Controls";
import { HoverCard } from "./HoverCard";
import { wishOf, zoomStep } from "./keys";
import { LaneLines } from "./LaneLines";
import { LaneMarks } from "./LaneMarks";
import { LaneNames } from "./LaneNames";
import { indexOf } from "./lane_index";
import { type LaneDrawing, layout, markOf } from "./layout";
import { SelectionLine } from "./SelectionLine";
import { axisHeight, lanesThatFit, lineHeight } from "./sizes";
import styles from "./timeline.module.css";
import { useGestures } from "./useGestures";
import { useHover } from "./useHover";
import { useView } from "./useView";
import { useWidth } from "./useWidth";
import { beyond, showing, splitting, xOf, zoomed } from "./view";

const noTicks = { major: [], minor: [] };

export interface TimelineProps {
  history: History;
  selectedId: string | undefined;
  onSelect(item: Item): void;
  // Enter: the focus goes to the actions of the selected item.
  onAct(): void;
  // Shift+F10 or a right click; the place is in the window's pixels.
  onMenu(item: Item, place: { x: number; y: number }): void;
  // The view reaches back before the oldest point that is loaded. Called once for each such point.
  onNeedOlder?: ((beforeMs: number) => void) | undefined;
  showAllBranches: boolean;
  // Without it there is no such choice.
  onShowAllBranches?: ((show: boolean) => void) | undefined;
  onGoToTime(): void;
  nowMs?: number | undefined; // without it the page's clock
  isBusy?: boolean | undefined; // something is being done to the data
  isLoading?: boolean | undefined; // the history is not known yet: only its frame is drawn
}

export function Timeline(props: TimelineProps) {
  const {
    history,
    selectedId,
    onSelect,
    showAllBranches,
    nowMs,
    isBusy,
    isLoading = false,
  } = props;
  const clock = useNow();
  const lanes = useMemo(
    () => (showAllBranches ? inDrawnOrder(history.lanes) : history.lanes.slice(0, 1)),
    [history, showAllBranches],
  );
  const newest = lanes.reduce((at, lane) => Math.max(at, lane.items.at(-1)?.at ?? 0), 0);
  const now = Math.max(nowMs ?? clock, newest);
  const plot = useRef<HTMLDivElement>(null);
  const width = useWidth(plot);
  const { view, extent, change, showAll } = useView(lanes, now, isLoading);
  const hasDragged = useGestures(plot, width, change);
  const { hovered, hover, dismiss, keep } = useHover();
  const id = useId();

  const drawing = useMemo(
    () => layout(history, view, { width, now, lanes }),
    [history, view, width, now, lanes],
  );
  const selected = selectedId === undefined ? undefined : history.byId.get(selectedId);
  const selectedLane = drawing.lanes.find((lane) => lane.lane.id === selected?.lane);
  const selectedMark = selected && markOf(drawing, selected);

  // What is selected elsewhere, or by a key, comes into view.
  const bringIntoView = useEffectEvent(() => {
    if (!selected || !selectedLane) return;
    const at = selected.kind === "now" ? now : selected.at;
    change((current, whole) => showing(current, at, whole), "gliding");
    const lanesBox = plot.current?.parentElement;
    if (lanesBox) lanesBox.scrollTop = scrolledTo(selectedLane, lanesBox);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection moves the view
  useEffect(() => bringIntoView(), [selectedId]);

  const looked = history.lanes[0];
  useNeedOlder(props, looked, view.from);

  function itemAt(event: MouseEvent): Item | undefined {
    const marked = (event.target as Element).closest<HTMLElement>("[data-item]");
    return marked?.dataset.item === undefined ? undefined : history.byId.get(marked.dataset.item);
  }

  function click(event: MouseEvent) {
    const item = itemAt(event);
    if (!item || hasDragged()) return;
    dismiss();
    const mark = markOf(drawing, item);
    const group = mark && "items" in mark ? mark.items : undefined;
    const oldest = mark && "oldest" in mark ? mark.oldest : group?.[0];
    if (!oldest || oldest === item) return onSelect(item);
    // A pill or a stack: its newest is selected, and it is split. What is of one moment cannot be
    // split: each click selects the one before.
    const closer = splitting(oldest, item, view, extent);
    if (item.at > oldest.at && closer.to - closer.from < view.to - view.from) {
      change(() => closer, "gliding");
      return onSelect(item);
    }
    const step =
      selected && mark === selectedMark ? moved(history, selectedId, "previous", lanes) : item;
    onSelect(step && markOf(drawing, step) === mark ? step : item);
  }

  function menu(event: MouseEvent) {
    const item = itemAt(event);
    // By the keyboard it comes from the list box: the key has been answered already.
    if (item || event.button !== 2) event.preventDefault();
    if (!item) return;
    onSelect(item);
    props.onMenu(item, { x: event.clientX, y: event.clientY });
  }

  function placeOfSelected(): { x: number; y: number } {
    const option =
      document.getElementById(`${id}-${selectedMark?.id ?? selectedId}`) ?? plot.current;
    const box = option?.getBoundingClientRect();
    return { x: (box?.left ?? 0) + 12, y: box?.bottom ?? 0 };
  }

  function press(event: KeyboardEvent) {
    const wish = wishOf(event);
    if (!wish) return;
    switch (wish.kind) {
      case "move": {
        const item = moved(history, selectedId, wish.move, lanes);
        if (item && item.id !== selectedId) onSelect(item);
        else if (item) bringIntoView();
        break;
      }
      case "zoom":
        zoom(wish.factor);
        break;
      case "fit":
        showAll();
        break;
      case "allBranches":
        props.onShowAllBranches?.(!showAllBranches);
        break;
      case "act":
        props.onAct();
        break;
      case "menu":
        if (selected) props.onMenu(selected, placeOfSelected());
        break;
      case "dismiss":
        if (!hovered) return;
        dismiss();
        break;
    }
    event.preventDefault();
  }

  // Around what is selected where that is in view, so that it stays there.
  function zoom(factor: number) {
    change((current, whole) => {
      const at = selected?.kind === "now" ? now : (selected?.at ?? now);
      const isInView = selectedLane && at >= current.from && at <= current.to;
      const centre = isInView ? at : (current.from + current.to) / 2;
      return zoomed(current, factor, centre, whole);
    }, "gliding");
  }

  const isDrawn = width > 0 && !isLoading;
  const selectedX = selected && xOf(selected.kind === "now" ? now : selected.at, view, width);
  return (
    <section className={styles.root} aria-label="Timeline" data-busy={isBusy || undefined}>
      <div
        className={styles.scroller}
        data-scroller=""
        data-many={lanes.length > lanesThatFit || undefined}
      >
        {lanes.length > 1 && <LaneNames drawing={drawing} lookedId={looked?.id} />}
        <div
          className={styles.plot}
          ref={plot}
          onPointerOver={hover}
          onPointerLeave={() => hover(undefined)}
        >
          <Axis axis={isLoading ? noTicks : drawing.axis} width={width} />
          <div
            className={styles.lanes}
            style={{ height: drawing.height }}
            role="listbox"
            aria-label={
              lanes.length > 1
                ? "Timeline of all branches"
                : `Timeline of ${lanes[0]?.name ?? "the branch"}`
            }
            aria-orientation="horizontal"
            aria-activedescendant={isDrawn && selectedLane ? `${id}-${selectedId}` : undefined}
            aria-describedby={`${id}-keys`}
            aria-busy={isLoading}
            tabIndex={0}
            onKeyDown={press}
            onClick={click}
            onContextMenu={menu}
          >
            {isLoading && (
              <span className={styles.loading} style={{ top: drawing.lanes[0]?.lineY }} />
            )}
            {isDrawn && selectedLane && selectedX !== undefined && (
              <SelectionLine x={selectedX} width={width} lineY={selectedLane.lineY} />
            )}
            {isDrawn && (
              <LaneLines
                drawing={drawing}
                width={width}
                selectedId={selectedId}
                isMany={lanes.length > 1}
              />
            )}
            {isDrawn &&
              drawing.lanes.map((lane) => (
                <LaneMarks
                  key={lane.lane.id}
                  drawing={lane}
                  isMany={lanes.length > 1}
                  now={now}
                  listId={id}
                  selected={lane === selectedLane ? selected : undefined}
                  selectedMark={lane === selectedLane ? selectedMark : undefined}
                />
              ))}
          </div>
          {isDrawn && drawing.lanes[0] && (
            <Beyond
              top={axisHeight + drawing.lanes[0].lineY + lineHeight / 2}
              beyond={beyond(lanes, view, now)}
              onShow={(at) => change((current, whole) => showing(current, at, whole), "gliding")}
              now={now}
            />
          )}
          {hovered && (
            <HoverCard
              hovered={hovered}
              history={history}
              drawing={drawing}
              now={now}
              width={width}
              keep={keep}
            />
          )}
        </div>
      </div>
      <p id={`${id}-keys`} className="visually-hidden">
        Left and right: previous and next. Page up and page down: bookmarks. Up and down: other
        branch. Enter: the actions. A: all branches. Plus, minus and zero: zoom.
      </p>
      <Controls
        onZoomIn={() => zoom(zoomStep)}
        onZoomOut={() => zoom(1 / zoomStep)}
        onFit={showAll}
        onGoToTime={props.onGoToTime}
        showAllBranches={showAllBranches}
        onShowAllBranches={props.onShowAllBranches}
      />
    </section>
  );
}

// How far down the box is to be, for the lane to be seen in it.
function scrolledTo({ top, height }: LaneDrawing, box: HTMLElement): number {
  const lowest = top + height + axisHeight - box.clientHeight;
  return Math.max(lowest, Math.min(box.scrollTop, top));
}

// Asks for older points when the view reaches back before the oldest that is there.
function useNeedOlder({ onNeedOlder }: TimelineProps, first: Lane | undefined, from: number) {
  const oldest = first && indexOf(first).pointTimes[0];
  const began = first?.items[0]?.at;
  const isNeeded = oldest !== undefined && began !== undefined && began < oldest && from < oldest;
  const ask = useEffectEvent(() => isNeeded && onNeedOlder?.(oldest));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each oldest point
  useEffect(() => void ask(), [isNeeded, oldest]);
}
