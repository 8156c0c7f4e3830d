// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

// The frame of every icon: strokes of 1.5 in a square of 16, in the colour of the text around it.
export function IconFrame({
  children,
  className,
}: {
  children: ReactNode;
  className?: string | undefined;
}) {
  return (
    <svg
      className={className}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}
