// SPDX-License-Identifier: Apache-2.0
// A container's history as a drawing: one lane a branch, now at the right. For the keyboard and screen
// readers it is one list box: one tab stop, its options the moments. It shows the selection and asks for
// another; it changes nothing by itself.
import { useEffect, useEffectEvent, useId, useRef } from "react";
import type { History, Item, Lane } from "@/model/history";
import { Axis } from "./Axis";
import { Beyond } from "./Beyond";
import { Controls } from "./Controls";
import { Drawings } from "./Drawings";
import { HoverCard } from "./HoverCard";
import { zoomStep } from "./keys";
import { LaneNames } from "./LaneNames";
import { indexOf } from "./lane_index";
import { axisHeight, lanesThatFit, lineHeight } from "./sizes";
import styles from "./timeline.module.css";
import { useDrawing } from "./useDrawing";
import { useGestures } from "./useGestures";
import { useHover } from "./useHover";
import { useInput } from "./useInput";
import { beyond } from "./view";

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
  const { history, selectedId, showAllBranches, isBusy, isLoading = false } = props;
  const plot = useRef<HTMLDivElement>(null);
  const drawn = useDrawing(props, plot);
  const { drawing, lanes, now, width, view, selectedLane } = drawn;
  const hasDragged = useGestures(plot, width, drawn.change);
  const hover = useHover();
  const id = useId();
  const looked = history.lanes[0];
  useNeedOlder(props, looked, view.from);

  const placeOfSelected = () => {
    const option =
      document.getElementById(`${id}-${drawn.selectedMark?.id ?? selectedId}`) ?? plot.current;
    const box = option?.getBoundingClientRect();
    return { x: (box?.left ?? 0) + 12, y: box?.bottom ?? 0 };
  };
  const input = useInput({ props, drawn, hover, hasDragged, placeOfSelected });

  const isDrawn = width > 0 && !isLoading;
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
          onPointerOver={hover.hover}
          onPointerLeave={() => hover.hover(undefined)}
        >
          <Axis axis={isLoading ? noTicks : drawing.axis} width={width} />
          <div
            className={styles.lanes}
            style={{ height: drawing.height }}
            role="listbox"
            aria-label={labelOf(lanes)}
            aria-orientation="horizontal"
            aria-activedescendant={isDrawn && selectedLane ? `${id}-${selectedId}` : undefined}
            aria-describedby={`${id}-keys`}
            aria-busy={isLoading}
            tabIndex={0}
            onKeyDown={input.press}
            onClick={input.click}
            onContextMenu={input.menu}
          >
            {isLoading && (
              <span className={styles.loading} style={{ top: drawing.lanes[0]?.lineY }} />
            )}
            {isDrawn && <Drawings drawn={drawn} selectedId={selectedId} listId={id} />}
          </div>
          {isDrawn && drawing.lanes[0] && (
            <Beyond
              top={axisHeight + drawing.lanes[0].lineY + lineHeight / 2}
              beyond={beyond(lanes, view, now)}
              onShow={drawn.show}
              now={now}
            />
          )}
          {hover.hovered && (
            <HoverCard
              hovered={hover.hovered}
              history={history}
              drawing={drawing}
              now={now}
              width={width}
              keep={hover.keep}
            />
          )}
        </div>
      </div>
      <KeysForReaders id={`${id}-keys`} />
      <Controls
        onZoomIn={() => drawn.zoom(zoomStep)}
        onZoomOut={() => drawn.zoom(1 / zoomStep)}
        onFit={drawn.showAll}
        onGoToTime={props.onGoToTime}
        showAllBranches={showAllBranches}
        onShowAllBranches={props.onShowAllBranches}
      />
    </section>
  );
}

function labelOf(lanes: readonly Lane[]): string {
  if (lanes.length > 1) return "Timeline of all branches";
  return `Timeline of ${lanes[0]?.name ?? "the branch"}`;
}

function KeysForReaders({ id }: { id: string }) {
  return (
    <p id={id} className="visually-hidden">
      Left and right: previous and next. Page up and page down: bookmarks. Up and down: other
      branch. Enter: the actions. A: all branches. Plus, minus and zero: zoom.
    </p>
  );
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
