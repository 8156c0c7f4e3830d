// SPDX-License-Identifier: Apache-2.0
// The view of a timeline that is open: what it shows at first, and how it moves, once a frame.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Lane } from "@/model/history";
import { type Extent, extentOf, fitAll, following, initialView, type View } from "./view";

const glideMs = 180;

export interface ViewControl {
  view: View;
  extent: Extent;
  // Changes the view at the next frame. What is given gets the newest view, though it may not have been
  // drawn yet, so that quick wheels and keys add up.
  change(next: (view: View, extent: Extent) => View, how?: "at once" | "gliding"): void;
  // Shows everything, and goes on to as time passes.
  showAll(): void;
}

export function useView(lanes: readonly Lane[], now: number, isLoading: boolean): ViewControl {
  const extent = extentOf(lanes, now);
  const [view, setView] = useState(() => initialView(lanes, extent));
  const wanted = useRef({ view, extent });
  const nowBefore = useRef(now);
  // What the view goes on showing as time passes, until it is changed: the first view's marks, or all.
  const kept = useRef<"first" | "all" | null>("first");
  const frame = useRef(0);
  wanted.current.extent = extent;

  // Another branch is looked at, or the first answer has come: its own first view, at once.
  const first = isLoading ? undefined : lanes[0]?.id;
  const [fitted, setFitted] = useState(first);
  if (fitted !== first) {
    wanted.current.view = initialView(lanes, extent);
    nowBefore.current = now;
    kept.current = "first";
    setFitted(first);
    setView(wanted.current.view);
  }

  const change = useCallback<ViewControl["change"]>((next, how = "at once") => {
    const from = wanted.current.view;
    const to = next(from, wanted.current.extent);
    if (to === from) return;
    wanted.current.view = to;
    kept.current = null;
    cancelAnimationFrame(frame.current);
    if (how === "at once" || prefersStillness()) {
      frame.current = requestAnimationFrame(() => setView(to));
      return;
    }
    const begun = performance.now();
    const glide = (time: number) => {
      const share = Math.min(1, Math.max(0, (time - begun) / glideMs));
      setView((drawn) => (share === 1 ? to : between(drawn, to, 1 - (1 - share) ** 2)));
      if (share < 1) frame.current = requestAnimationFrame(glide);
    };
    frame.current = requestAnimationFrame(glide);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: no glide goes on over another first view
  useEffect(() => () => cancelAnimationFrame(frame.current), [first]);

  const showAll = useCallback(() => {
    change((_, whole) => fitAll(whole), "gliding");
    kept.current = "all";
  }, [change]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as time passes, not with each new mark
  useEffect(() => {
    const before = nowBefore.current;
    nowBefore.current = now;
    if (before === now) return;
    const keeps = kept.current;
    change((current, whole) => {
      if (keeps === "first") return initialView(lanes, whole);
      return keeps === "all" ? fitAll(whole) : following(current, before, now);
    });
    kept.current = keeps;
  }, [now, change]);

  return { view, extent, change, showAll };
}

function between(from: View, to: View, share: number): View {
  return {
    from: from.from + (to.from - from.from) * share,
    to: from.to + (to.to - from.to) * share,
  };
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
