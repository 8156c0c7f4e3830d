// SPDX-License-Identifier: Apache-2.0
import type { ComponentProps, ReactNode } from "react";
import { announce } from "./announcer";
import styles from "./button.module.css";
import { classes } from "./classes";
import { Spinner } from "./Spinner";

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: "main" | "plain" | "quiet" | "danger";
  size?: "medium" | "small";
  icon?: ReactNode;
  // The key that does the same, shown in the button.
  shortcut?: string;
  // Its act is under way: it says so, and another click does nothing.
  isBusy?: boolean;
  // Why it cannot be used now. The button stays reachable by keyboard, so that this can be read.
  unavailable?: string | undefined;
  // Drawn as one that cannot be used, but it acts: by saying itself why not.
  isOff?: boolean;
}

export function Button({
  variant = "plain",
  size = "medium",
  icon,
  shortcut,
  isBusy = false,
  unavailable,
  isOff = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const isRefusing = isBusy || Boolean(unavailable);
  return (
    <button
      type="button"
      {...rest}
      className={classes(
        styles.button,
        styles[variant],
        size === "small" && styles.small,
        className,
      )}
      aria-busy={isBusy || undefined}
      aria-disabled={isRefusing || isOff || rest["aria-disabled"]}
      aria-keyshortcuts={shortcut}
      data-tip={unavailable || undefined}
      onClick={(event) => {
        if (!isRefusing) return onClick?.(event);
        event.preventDefault();
        if (unavailable) announce(unavailable);
      }}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
      {unavailable && <span className="visually-hidden">. {unavailable}</span>}
      {shortcut && (
        <span className={styles.key} aria-hidden="true">
          {shortcut}
        </span>
      )}
    </button>
  );
}

// A button that shows only its icon; `label` is its name for everybody who does not see it, and
// appears beside it on hover and focus.
export function IconButton({
  label,
  size = "medium",
  variant = "quiet",
  isBusy = false,
  className,
  children,
  ...rest
}: Omit<ButtonProps, "icon" | "shortcut" | "unavailable"> & { label: string }) {
  return (
    <button
      type="button"
      data-tip={label}
      data-tip-side="right"
      {...rest}
      aria-label={label}
      aria-busy={isBusy || undefined}
      className={classes(
        styles.button,
        styles.icon,
        styles[variant],
        size === "small" && styles.small,
        className,
      )}
    >
      {isBusy ? <Spinner /> : children}
    </button>
  );
}

// A link that looks like a button: for going somewhere, not for doing something.
export function ButtonLink({
  variant = "plain",
  size = "medium",
  icon,
  className,
  children,
  ...rest
}: ComponentProps<"a"> & Pick<ButtonProps, "variant" | "size" | "icon">) {
  return (
    <a
      {...rest}
      className={classes(
        styles.button,
        styles[variant],
        size === "small" && styles.small,
        className,
      )}
    >
      {icon}
      {children}
    </a>
  );
}
