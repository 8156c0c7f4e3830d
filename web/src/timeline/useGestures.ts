// SPDX-License-Identifier: Apache-2.0
// Wheel, drag, touch and pinch on the timeline: they move and zoom, and never select.
import { type RefObject, useEffect, useRef } from "react";
import type { ViewControl } from "./useView";
import { panned, timeAt, zoomed } from "./view";

const dragStart = 4; // pixels; less is a click
const wheelStrength = 0.004;
const line = 16; // pixels a line of a wheel that counts lines

interface Pressed {
  x: number;
  startX: number;
}

// Answers whether the click that is being handled only ended a drag.
export function useGestures(
  plot: RefObject<HTMLElement | null>,
  width: number,
  change: ViewControl["change"],
) {
  const hasDragged = useRef(false);

  useEffect(() => {
    const element = plot.current;
    if (!element || width === 0) return;
    const pressed = new Map<number, Pressed>();
    const placeOf = (x: number) => x - element.getBoundingClientRect().left;
    const pan = (pixels: number) => change((view, extent) => panned(view, pixels, width, extent));
    const zoom = (factor: number, x: number) =>
      change((view, extent) => zoomed(view, factor, timeAt(placeOf(x), view, width), extent));

    const wheel = (event: WheelEvent) => {
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? line : 1;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoom(Math.exp(-event.deltaY * unit * wheelStrength), event.clientX);
        return;
      }
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!isSideways && !event.shiftKey && canScrollDown(element)) return;
      const pixels = (isSideways ? event.deltaX : event.deltaY) * unit;
      change((view, extent) => {
        const next = panned(view, pixels, width, extent);
        // At its end the timeline lets the page scroll.
        if (Math.abs(next.from - view.from) * width < 0.5 * (view.to - view.from)) return view;
        event.preventDefault();
        return next;
      });
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      if (pressed.size === 0) hasDragged.current = false;
      pressed.set(event.pointerId, { x: event.clientX, startX: event.clientX });
    };
    const move = (event: PointerEvent) => {
      const pointer = pressed.get(event.pointerId);
      if (!pointer) return;
      if (!hasDragged.current && Math.abs(event.clientX - pointer.startX) < dragStart) return;
      if (!hasDragged.current) element.setPointerCapture(event.pointerId);
      hasDragged.current = true;
      element.dataset.dragging = "";
      const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const before = Math.max(20, Math.abs(pointer.x - other.x));
        const after = Math.max(20, Math.abs(event.clientX - other.x));
        zoom(after / before, (event.clientX + other.x) / 2);
      } else {
        pan(pointer.x - event.clientX);
      }
      pointer.x = event.clientX;
    };
    const up = (event: PointerEvent) => {
      pressed.delete(event.pointerId);
      if (pressed.size === 0) delete element.dataset.dragging;
    };

    const listeners = new AbortController();
    const { signal } = listeners;
    element.addEventListener("wheel", wheel, { passive: false, signal });
    element.addEventListener("pointerdown", down, { signal });
    element.addEventListener("pointermove", move, { signal });
    element.addEventListener("pointerup", up, { signal });
    element.addEventListener("pointercancel", up, { signal });
    window.addEventListener("pointerup", up, { signal });
    return () => listeners.abort();
  }, [plot, width, change]);

  return () => hasDragged.current;
}

// The lanes do not all fit: the wheel scrolls through them.
function canScrollDown(element: HTMLElement): boolean {
  const scroller = element.closest("[data-scroller]");
  return scroller !== null && scroller.scrollHeight > scroller.clientHeight + 1;
}
