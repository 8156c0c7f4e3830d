// SPDX-License-Identifier: Apache-2.0
import type { CSSProperties, ReactNode } from "react";

interface MarkOptionProps {
  id: string;
  isSelected: boolean;
  words: string; // for screen readers: all there is to say
  itemId?: string; // what a click selects
  kind?: string;
  className: string;
  style?: CSSProperties;
  children?: ReactNode;
}

// One option of the timeline's list box. The list box has the focus, and says which option is active.
export function MarkOption(props: MarkOptionProps) {
  const { id, isSelected, words, itemId, kind, className, style, children } = props;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus, see aria-activedescendant
    <div
      role="option"
      id={id}
      aria-selected={isSelected}
      aria-label={words}
      data-item={itemId}
      data-kind={kind}
      className={className}
      style={style}
    >
      {children}
    </div>
  );
}
