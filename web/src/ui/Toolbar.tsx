// SPDX-License-Identifier: Apache-2.0
import { type ComponentProps, type KeyboardEvent, useLayoutEffect, useRef } from "react";

// Buttons that are one stop of the Tab key; Left and Right, Home and End go from one to another.
export function Toolbar({ label, children, ...rest }: ComponentProps<"div"> & { label: string }) {
  const root = useRef<HTMLDivElement>(null);
  const current = useRef<HTMLButtonElement | null>(null);

  const makeStop = (stop: HTMLButtonElement | undefined) => {
    if (!stop) return;
    current.current = stop;
    for (const button of buttonsOf(root.current)) button.tabIndex = button === stop ? 0 : -1;
  };

  // After each drawing, as buttons come and go.
  useLayoutEffect(() => {
    const buttons = buttonsOf(root.current);
    makeStop(buttons.find((button) => button === current.current) ?? buttons[0]);
  });

  const move = (event: KeyboardEvent) => {
    const buttons = buttonsOf(root.current);
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[
      event.key
    ];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length]?.focus();
  };

  return (
    <div
      {...rest}
      ref={root}
      role="toolbar"
      aria-label={label}
      onKeyDown={move}
      onFocus={(event) => event.target instanceof HTMLButtonElement && makeStop(event.target)}
    >
      {children}
    </div>
  );
}

function buttonsOf(root: HTMLElement | null): HTMLButtonElement[] {
  return root ? [...root.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")] : [];
}
