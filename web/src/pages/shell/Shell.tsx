// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Route, Switch, useLocation, useRoute } from "wouter";
import { follow, lookedAt } from "@/api/events";
import type { CurrentUser } from "@/api/types";
import { ContainerPage } from "@/pages/container/ContainerPage";
import { HomePage } from "@/pages/home/HomePage";
import { LoginDialog } from "@/pages/login/LoginDialog";
import { NotFoundPage } from "@/pages/NotFoundPage";
import { fetched, Skeleton } from "@/ui";
import { ConnectionBanner } from "./ConnectionBanner";
import { PoolBanner } from "./PoolBanner";
import styles from "./shell.module.css";
import { TopBar } from "./TopBar";

// What few people open, or few times, is fetched when they do.
const Administration = lazy(() => fetched(() => import("@/pages/admin/Admin")));
const AccountPage = lazy(() => fetched(() => import("@/pages/account/AccountPage")));
const BookmarkPage = lazy(() => fetched(() => import("@/pages/bookmark/BookmarkPage")));
const TrashPage = lazy(() => fetched(() => import("@/pages/trash/TrashPage")));

export function Shell({ me }: { me: CurrentUser }) {
  const queries = useQueryClient();
  const [, looking] = useRoute("/containers/:name");
  const lookingAt = lookedAt.use();
  useEffect(
    () => (lookingAt === undefined ? undefined : follow(queries, lookingAt)),
    [queries, lookingAt],
  );
  const main = useFocusOnArrival();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <TopBar me={me} containerName={looking?.name ?? null} />
      <aside aria-label="Notices">
        <ConnectionBanner />
        <PoolBanner />
      </aside>
      <main ref={main} id="main" className={styles.main} tabIndex={-1}>
        <Suspense fallback={<Skeleton height="12rem" />}>
          <Pages me={me} />
        </Suspense>
      </main>
      <LoginDialog name={me.name} />
    </div>
  );
}

// Who goes to another page begins at its content, also by keyboard; within a page nothing moves.
function useFocusOnArrival() {
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();
  const [section, name] = path.split("/").slice(1);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another page counts
  useEffect(() => {
    const arrive = () => main.current?.focus({ preventScroll: true });
    if (!isFirst.current) return arrive();
    isFirst.current = false;
    // Once the first page has been drawn, as to be focused it would have to be laid out at once. Nobody
    // is taken away from where they are already.
    const drawn = requestAnimationFrame(() => document.activeElement === document.body && arrive());
    return () => cancelAnimationFrame(drawn);
  }, [section, name]);
  return main;
}

function Pages({ me }: { me: CurrentUser }): ReactNode {
  return (
    <Switch>
      <Route path="/">
        <HomePage me={me} />
      </Route>
      <Route path="/containers/:name">
        {({ name }) => <ContainerPage key={name} name={name} me={me} />}
      </Route>
      <Route path="/b/:id">{({ id }) => <BookmarkPage key={id} id={id} me={me} />}</Route>
      <Route path="/trash">
        <TrashPage />
      </Route>
      <Route path="/account/:tab?">
        {({ tab }) => <AccountPage me={me} tab={tab ?? "password"} />}
      </Route>
      {me.role === "admin" && (
        <Route path="/admin/*?">
          <Administration />
        </Route>
      )}
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  );
}
