// SPDX-License-Identifier: Apache-2.0
import { type ReactNode, useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import {
  ClockIcon,
  ContainerIcon,
  classes,
  DatabaseIcon,
  InfoIcon,
  SpaceIcon,
  TemplateIcon,
  TrashIcon,
  UsersIcon,
} from "@/ui";
import styles from "./admin.module.css";

const PAGES: { href: string; words: string; icon: ReactNode }[] = [
  { href: "/admin", words: "Overview", icon: <InfoIcon /> },
  { href: "/admin/sources", words: "Sources", icon: <DatabaseIcon /> },
  { href: "/admin/templates", words: "Templates", icon: <TemplateIcon /> },
  { href: "/admin/containers", words: "Containers", icon: <ContainerIcon /> },
  { href: "/admin/users", words: "Users", icon: <UsersIcon /> },
  { href: "/admin/operations", words: "Operations", icon: <ClockIcon /> },
  { href: "/admin/space", words: "Space", icon: <SpaceIcon /> },
  { href: "/trash", words: "Trash", icon: <TrashIcon /> },
];

export function Navigation() {
  const [location] = useLocation();
  const list = useRef<HTMLUListElement>(null);
  // On a narrow screen the pages are one row that scrolls: the current one is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark moves with the location
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (current && list.current) list.current.scrollLeft = current.offsetLeft - 48;
  }, [location]);
  return (
    <nav className={styles.navigation} aria-label="Administration">
      <ul ref={list}>
        {PAGES.map(({ href, words, icon }) => {
          const isHere =
            location === href || (href !== "/admin" && location.startsWith(`${href}/`));
          return (
            <li key={href}>
              <Link
                href={href}
                className={classes(styles.entry, isHere && styles.here)}
                aria-current={isHere ? "page" : undefined}
              >
                {icon}
                {words}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
