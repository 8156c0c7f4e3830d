// SPDX-License-Identifier: Apache-2.0
// What of the history is in view and where it is drawn, and the ways to look at another part of it.
import { type RefObject, useEffect, useEffectEvent, useMemo } from "react";
import { inDrawnOrder } from "@/model/history";
import { useNow } from "@/ui/useNow";
import { type LaneDrawing, layout, markOf } from "./layout";
import { axisHeight } from "./sizes";
import type { TimelineProps } from "./Timeline";
import { useView } from "./useView";
import { useWidth } from "./useWidth";
import { showing, zoomed } from "./view";

export type Drawn = ReturnType<typeof useDrawing>;

export function useDrawing(props: TimelineProps, plot: RefObject<HTMLElement | null>) {
  const { history, selectedId, showAllBranches, nowMs, isLoading = false } = props;
  const clock = useNow();
  const lanes = useMemo(
    () => (showAllBranches ? inDrawnOrder(history.lanes) : history.lanes.slice(0, 1)),
    [history, showAllBranches],
  );
  const newest = lanes.reduce((at, lane) => Math.max(at, lane.items.at(-1)?.at ?? 0), 0);
  const now = Math.max(nowMs ?? clock, newest);
  const width = useWidth(plot);
  const { view, extent, change, showAll } = useView(lanes, now, isLoading);
  const drawing = useMemo(
    () => layout(history, view, { width, now, lanes }),
    [history, view, width, now, lanes],
  );
  const selected = selectedId === undefined ? undefined : history.byId.get(selectedId);
  const selectedLane = drawing.lanes.find((lane) => lane.lane.id === selected?.lane);
  const selectedMark = selected && markOf(drawing, selected);
  const selectedAt = selected?.kind === "now" ? now : selected?.at;

  const show = (at: number) => change((current, whole) => showing(current, at, whole), "gliding");
  const showSelected = () => {
    if (selectedAt === undefined || !selectedLane) return;
    show(selectedAt);
    const lanesBox = plot.current?.parentElement;
    if (lanesBox) lanesBox.scrollTop = scrolledTo(selectedLane, lanesBox);
  };
  // What is selected elsewhere, or by a key, comes into view.
  const bringIntoView = useEffectEvent(showSelected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection moves the view
  useEffect(() => bringIntoView(), [selectedId]);

  // Around what is selected where that is in view, so that it stays there.
  const zoom = (factor: number) =>
    change((current, whole) => {
      const at = selectedAt ?? now;
      const isInView = selectedLane && at >= current.from && at <= current.to;
      const centre = isInView ? at : (current.from + current.to) / 2;
      return zoomed(current, factor, centre, whole);
    }, "gliding");

  return {
    lanes,
    now,
    width,
    view,
    extent,
    change,
    showAll,
    drawing,
    selected,
    selectedAt,
    selectedLane,
    selectedMark,
    show,
    showSelected,
    zoom,
  };
}

// How far down the box is to be, for the lane to be seen in it.
function scrolledTo({ top, height }: LaneDrawing, box: HTMLElement): number {
  const lowest = top + height + axisHeight - box.clientHeight;
  return Math.max(lowest, Math.min(box.scrollTop, top));
}
