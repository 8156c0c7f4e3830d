// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";
import { asSentence, withLocalTimes } from "@/model/words";
import { classes } from "./classes";
import styles from "./feedback.module.css";
import { ErrorIcon, InfoIcon, SuccessIcon, WarningIcon } from "./icons";
import { Spinner } from "./Spinner";
import { useNow } from "./useNow";

export type Tone = "info" | "success" | "warning" | "danger";

const ICONS = { info: InfoIcon, success: SuccessIcon, warning: WarningIcon, danger: ErrorIcon };

interface BannerProps {
  tone: Tone;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  // Fills the width of the page, without corners.
  isFlush?: boolean;
  isWorking?: boolean;
}

// A message that stays where it is until what it says is over. Danger is read out at once.
export function Banner({ tone, title, children, actions, isFlush, isWorking }: BannerProps) {
  const Icon = ICONS[tone];
  return (
    <div
      className={classes(styles.banner, styles[tone], isFlush && styles.flush)}
      role={tone === "danger" ? "alert" : undefined}
    >
      {isWorking ? <Spinner /> : <Icon />}
      <div className={styles.words}>
        {title && <p className={styles.title}>{title}</p>}
        {children && <div className={styles.rest}>{children}</div>}
      </div>
      {actions && <div className={styles.end}>{actions}</div>}
    </div>
  );
}

// Work under way or just ended: a banner that has its place above what it concerns.
export function Strip(props: Omit<BannerProps, "isFlush">) {
  return <Banner {...props} />;
}

interface Explained {
  message: string;
  hint?: string;
  output?: string;
}

// Any error in words: what is wrong, what to do next, and what a program said, if it said something.
export function ErrorBanner({
  error,
  title,
  actions,
}: {
  error: unknown;
  title?: ReactNode;
  actions?: ReactNode;
}) {
  const { message, hint, output } = explained(error, useNow());
  return (
    <Banner tone="danger" title={title ?? message} actions={actions}>
      {title && <p>{message}</p>}
      {hint && <p>{hint}</p>}
      {output && <Output words={output} />}
    </Banner>
  );
}

function explained(error: unknown, now: number): Explained {
  const inWords = (words: string) => withLocalTimes(asSentence(words), now);
  if (error instanceof Error) {
    const { message } = error;
    const { hint, output } = error as Partial<Explained>;
    return {
      message: inWords(message),
      ...(hint && { hint: inWords(hint) }),
      ...(output && { output }),
    };
  }
  return { message: "Something went wrong.", hint: "Load the page again." };
}

// What a program wrote, folded away until somebody wants to read it.
export function Output({ words, summary = "What it said" }: { words: string; summary?: string }) {
  return (
    <details className={styles.details}>
      <summary>{summary}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <pre className={styles.output} tabIndex={0}>
        {words}
      </pre>
    </details>
  );
}
