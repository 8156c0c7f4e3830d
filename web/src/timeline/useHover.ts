// SPDX-License-Identifier: Apache-2.0
import { type PointerEvent, useCallback, useEffect, useRef, useState } from "react";

const showAfterMs = 250;
const hideAfterMs = 180; // time enough to move the pointer onto the card

export interface Hovered {
  itemId: string;
}

export type Hover = ReturnType<typeof useHover>;

// The mark under a mouse, after a moment; not of touch. `hover` takes the pointer's events, or nothing
// when it has left.
export function useHover() {
  const [hovered, setHovered] = useState<Hovered>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = useCallback((next: Hovered | undefined) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setHovered(next), next ? showAfterMs : hideAfterMs);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const hover = useCallback(
    (event: PointerEvent | undefined) => {
      if (event && (event.pointerType !== "mouse" || event.buttons !== 0)) return;
      const marked = (event?.target as Element | undefined)?.closest<HTMLElement>("[data-item]");
      const itemId = marked?.dataset.item;
      later(itemId === undefined ? undefined : { itemId });
    },
    [later],
  );
  const dismiss = useCallback(() => {
    clearTimeout(timer.current);
    setHovered(undefined);
  }, []);
  const keep = useCallback(() => clearTimeout(timer.current), []);
  return { hovered, hover, dismiss, keep };
}
