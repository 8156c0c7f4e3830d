// SPDX-License-Identifier: Apache-2.0
// At the edges of the view, what lies beyond. For the mouse: the keyboard has the selection for it.
import type { ReactNode } from "react";
import { counted } from "@/model/time";
import styles from "./timeline.module.css";
import type { Beyond as Found } from "./view";

interface BeyondProps {
  top: number; // below the line, where no label is
  beyond: Found;
  now: number;
  onShow(at: number): void;
}

export function Beyond({ top, beyond, now, onShow }: BeyondProps) {
  const { bookmarks, newest, isNowAfter } = beyond;
  return (
    <>
      {newest && (
        <Edge side="before" top={top} onClick={() => onShow(newest.at)}>
          ‹ {wordsOf(bookmarks)}
        </Edge>
      )}
      {isNowAfter && (
        <Edge side="after" top={top} onClick={() => onShow(now)}>
          Now ›
        </Edge>
      )}
    </>
  );
}

function wordsOf(bookmarks: number): string {
  if (bookmarks === 0) return "Earlier";
  return counted(bookmarks, "bookmark");
}

function Edge({
  side,
  top,
  onClick,
  children,
}: {
  side: "before" | "after";
  top: number;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={styles.beyond}
      data-side={side}
      style={{ top }}
      tabIndex={-1}
      aria-hidden="true"
      onPointerDown={(event) => event.stopPropagation()}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
