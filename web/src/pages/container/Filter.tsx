// SPDX-License-Identifier: Apache-2.0
import { type Ref, useRef } from "react";
import { CloseIcon, IconButton, SearchIcon } from "@/ui";
import styles from "./lists.module.css";

interface Props {
  ref: Ref<HTMLInputElement>;
  value: string;
  onChange: (value: string) => void;
}

export function Filter({ ref, value, onChange }: Props) {
  // Esc returns there.
  const cameFrom = useRef<HTMLElement | null>(null);
  return (
    <div className={styles.filter}>
      <SearchIcon />
      <input
        ref={ref}
        type="text"
        placeholder="Filter"
        aria-label="Filter the list"
        aria-keyshortcuts="/"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onFocus={(event) => {
          cameFrom.current =
            event.relatedTarget instanceof HTMLElement ? event.relatedTarget : null;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value === "") (cameFrom.current ?? event.currentTarget).focus();
          onChange("");
        }}
      />
      {value ? (
        <IconButton label="Clear the filter" size="small" onClick={() => onChange("")}>
          <CloseIcon />
        </IconButton>
      ) : (
        <span className={styles.filterKey} aria-hidden="true">
          /
        </span>
      )}
    </div>
  );
}
