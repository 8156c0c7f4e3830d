// At the edges of the view, what lies beyond. For the mouse: the keyboard has the selection for it.
import type { ReactNode } from "react";
import { counted } from "@/model/time";
import styles from "./timeline.module.css";
import type { Beyond as Found } from "./view";

interface BeyondProps {
  beyond: Found;
  now: number;
  onShow(at: number): void;
}

export function Beyond({ beyond: { bookmarks, newest, isNowAfter }, now, onShow }: BeyondProps) {
  return (
    <>
      {newest && (
        <Edge side="before" onClick={() => onShow(newest.at)}>
          ‹ {wordsOf(bookmarks)}
        </Edge>
      )}
      {isNowAfter && (
        <Edge side="after" onClick={() => onShow(now)}>
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
  onClick,
  children,
}: {
  side: "before" | "after";
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={styles.beyond}
      data-side={side}
      tabIndex={-1}
      aria-hidden="true"
      onPointerDown={(event) => event.stopPropagation()}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
