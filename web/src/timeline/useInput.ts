// SPDX-License-Identifier: Apache-2.0
// What clicks and keys on the timeline do: they select, ask for a menu or look at another part.
import type { KeyboardEvent, MouseEvent } from "react";
import type { Item } from "@/model/history";
import { moved } from "@/model/selection";
import { type Wish, wishOf } from "./keys";
import { markOf } from "./layout";
import type { TimelineProps } from "./Timeline";
import type { Drawn } from "./useDrawing";
import type { Hover } from "./useHover";
import { splitting } from "./view";

interface Parts {
  props: TimelineProps;
  drawn: Drawn;
  hover: Hover;
  hasDragged: () => boolean;
  // Where a menu of what is selected opens, in the window's pixels.
  placeOfSelected: () => { x: number; y: number };
}

export function useInput({ props, drawn, hover, hasDragged, placeOfSelected }: Parts) {
  const { history, selectedId, onSelect } = props;

  const itemAt = (event: MouseEvent): Item | undefined => {
    const marked = (event.target as Element).closest<HTMLElement>("[data-item]");
    return marked?.dataset.item === undefined ? undefined : history.byId.get(marked.dataset.item);
  };

  const click = (event: MouseEvent) => {
    const item = itemAt(event);
    if (!item || hasDragged()) return;
    hover.dismiss();
    onSelect(clicked(item, props, drawn));
  };

  const menu = (event: MouseEvent) => {
    const item = itemAt(event);
    // By the keyboard it comes from the list box: the key has been answered already.
    if (item || event.button !== 2) event.preventDefault();
    if (!item) return;
    onSelect(item);
    props.onMenu(item, { x: event.clientX, y: event.clientY });
  };

  const move = (wish: Extract<Wish, { kind: "move" }>) => {
    const item = moved(history, selectedId, wish.move, drawn.lanes);
    if (item && item.id !== selectedId) onSelect(item);
    else if (item) drawn.showSelected();
  };

  const press = (event: KeyboardEvent) => {
    const wish = wishOf(event);
    if (!wish || (wish.kind === "dismiss" && !hover.hovered)) return;
    switch (wish.kind) {
      case "move":
        move(wish);
        break;
      case "zoom":
        drawn.zoom(wish.factor);
        break;
      case "fit":
        drawn.showAll();
        break;
      case "allBranches":
        props.onShowAllBranches?.(!props.showAllBranches);
        break;
      case "act":
        props.onAct();
        break;
      case "menu":
        if (drawn.selected) props.onMenu(drawn.selected, placeOfSelected());
        break;
      case "dismiss":
        hover.dismiss();
        break;
    }
    event.preventDefault();
  };

  return { click, menu, press };
}

// What a click selects. A pill or a stack: its newest is selected, and it is split. What is of one
// moment cannot be split: each click selects the one before.
function clicked(item: Item, { history, selectedId }: TimelineProps, drawn: Drawn): Item {
  const { drawing, view, extent, change, selected, selectedMark, lanes } = drawn;
  const mark = markOf(drawing, item);
  const group = mark && "items" in mark ? mark.items : undefined;
  const oldest = mark && "oldest" in mark ? mark.oldest : group?.[0];
  if (!oldest || oldest === item) return item;
  const closer = splitting(oldest, item, view, extent);
  if (item.at > oldest.at && closer.to - closer.from < view.to - view.from) {
    change(() => closer, "gliding");
    return item;
  }
  const step =
    selected && mark === selectedMark ? moved(history, selectedId, "previous", lanes) : item;
  return step && markOf(drawing, step) === mark ? step : item;
}
