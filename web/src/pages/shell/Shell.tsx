import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Route, Switch, useLocation, useRoute } from "wouter";
import { follow } from "@/api/events";
import type { CurrentUser } from "@/api/types";
import { AccountPage } from "@/pages/account/AccountPage";
import { BookmarkPage } from "@/pages/bookmark/BookmarkPage";
import { ContainerPage } from "@/pages/container/ContainerPage";
import { HomePage } from "@/pages/home/HomePage";
import { LoginDialog } from "@/pages/login/LoginDialog";
import { NotFoundPage } from "@/pages/NotFoundPage";
import { TrashPage } from "@/pages/trash/TrashPage";
import { Skeleton } from "@/ui";
import { ConnectionBanner } from "./ConnectionBanner";
import { PoolBanner } from "./PoolBanner";
import styles from "./shell.module.css";
import { TopBar } from "./TopBar";

// Administrators are few: nobody else loads their pages.
const Administration = lazy(() => import("@/pages/admin/Admin"));

export function Shell({ me }: { me: CurrentUser }) {
  const queries = useQueryClient();
  const [, looking] = useRoute("/containers/:name");
  const lookingAt = looking?.name ?? null;
  useEffect(() => follow(queries, lookingAt), [queries, lookingAt]);
  const main = useFocusOnArrival();
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <TopBar me={me} containerName={lookingAt} />
      <ConnectionBanner />
      <PoolBanner />
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another page counts
  useEffect(() => main.current?.focus({ preventScroll: true }), [section, name]);
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
