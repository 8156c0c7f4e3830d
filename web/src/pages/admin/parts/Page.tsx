// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";
import { Link } from "wouter";
import pageStyles from "@/pages/page.module.css";
import { useTitle } from "@/pages/useTitle";
import { classes } from "@/ui";
import styles from "./parts.module.css";

interface PageProps {
  title: string;
  // Shown where the title is more than words, e.g. with a badge.
  heading?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  // The page that this one belongs to.
  above?: { href: string; words: string };
  children: ReactNode;
}

export function Page({ title, heading, about, actions, above, children }: PageProps) {
  useTitle(title, "Administration");
  return (
    <div className={pageStyles.page}>
      <div>
        {above && (
          <nav aria-label="Where you are" className={styles.above}>
            <Link href={above.href}>{above.words}</Link> <span aria-hidden="true">/</span>
          </nav>
        )}
        <div className={pageStyles.head}>
          <h1 className={styles.title}>{heading ?? title}</h1>
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
        {about && <div className={classes(pageStyles.about, styles.about)}>{about}</div>}
      </div>
      {children}
    </div>
  );
}

interface PanelProps {
  title?: ReactNode;
  // The heading for screen readers, where the page's title says it to the eye.
  label?: string;
  about?: ReactNode;
  actions?: ReactNode;
  // Its content reaches the edges: tables.
  isFlush?: boolean;
  children: ReactNode;
}

export function Panel({ title, label, about, actions, isFlush, children }: PanelProps) {
  return (
    <section className={pageStyles.panel}>
      {label && <h2 className="visually-hidden">{label}</h2>}
      {title && (
        <div className={styles.panelHead}>
          <div>
            <h2 className={styles.panelTitle}>{title}</h2>
            {about && <p className={pageStyles.about}>{about}</p>}
          </div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
      )}
      <div className={classes(!isFlush && styles.padded, isFlush && title && styles.underHead)}>
        {children}
      </div>
    </section>
  );
}

// What is known of a thing, one below the other. Those without a value are left out.
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
