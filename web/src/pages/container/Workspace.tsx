// SPDX-License-Identifier: Apache-2.0
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ContainerContext } from "@/actions/context";
import type { Branch, Container, CurrentUser } from "@/api/types";
import type { Lane } from "@/model/history";
import { Timeline } from "@/timeline/Timeline";
import { fetched, prepare } from "@/ui";
import { ActionBar } from "./ActionBar";
import { BranchLine } from "./BranchLine";
import { goToActionsOf } from "./focus";
import { Header } from "./Header";
import { Introduction } from "./Introduction";
import { ItemMenu, type MenuPlace } from "./ItemMenu";
import { Lists } from "./Lists";
import { useGoTo } from "./useGoTo";
import type { ShownHistory } from "./useHistory";
import { useKeys } from "./useKeys";
import { useQuestions } from "./useQuestions";
import { useWork } from "./useWork";
import styles from "./workspace.module.css";

// What asks is fetched when it is wanted, or a little after the page stands.
const LATER_MS = 1500;
const loadQuestions = () => import("@/actions/Questions");
const Questions = lazy(() => fetched(loadQuestions));

interface WorkspaceProps {
  container: Container;
  me: CurrentUser;
  branches: Branch[];
  lane: Lane; // the branch that is looked at
  shown: ShownHistory;
  isAllShown: boolean;
  onShowAll: (isAllShown: boolean) => void;
  onLookAt: (branch: string | null) => void;
}

// What one works with: the timeline, the selection on it, its actions, and the lists.
export function Workspace({
  container,
  me,
  branches,
  lane,
  shown,
  isAllShown,
  onShowAll,
  onLookAt,
}: WorkspaceProps) {
  const { isLoading } = shown;
  usePreparedQuestions();
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const actionBar = useRef<HTMLElement>(null);
  const filter = useRef<HTMLInputElement>(null);
  const goToActions = () => goToActionsOf(actionBar.current);
  const { question, ask, close } = useQuestions(actionBar);
  const work = useWork({ container, me, branches, lane, shown, onLookAt, ask, goToActions });
  const { page, following, acts, lookAt } = work;
  const { history, item, select } = page;

  const goTo = useGoTo({
    container: container.id,
    shown,
    lane: history.lanes.find((one) => one.id === lane.id) ?? lane,
    select,
    selectMoment: work.selectMoment,
    actionBar,
  });

  const goToTime = () => !isLoading && ask({ kind: "goToTime" });
  useKeys({
    b: () => acts.perform("bookmark"),
    r: () => acts.perform("restore"),
    n: () => acts.perform("branch"),
    s: () => acts.perform("share"),
    u: () => acts.perform("undo"),
    g: goToTime,
    "/": () => filter.current?.focus(),
    "?": () => ask({ kind: "keys" }),
  });

  return (
    <ContainerContext value={page}>
      <div className={styles.page}>
        <Header looked={branches.find(({ id }) => id === lane.id)} />
        <div className={styles.work}>
          <BranchLine branches={branches} lane={lane} onLookAt={lookAt} />
          <div className={styles.timeline}>
            <Introduction />
            <Timeline
              history={history}
              selectedId={item.id}
              onSelect={(one) => select(one.id)}
              onAct={goToActions}
              onMenu={(one, place) => {
                select(one.id);
                setMenu(place);
              }}
              onNeedOlder={() => shown.loadOlder?.()}
              showAllBranches={isAllShown}
              onShowAllBranches={branches.length > 1 ? onShowAll : undefined}
              onGoToTime={goToTime}
              isBusy={following.isRunning}
              isLoading={isLoading}
            />
          </div>
          <ActionBar
            ref={actionBar}
            following={following}
            problem={acts.problem}
            onCloseProblem={acts.closeProblem}
          />
        </div>
        <Lists
          filter={filter}
          lane={lane}
          isAllShown={isAllShown}
          branches={branches}
          onAct={goToActions}
          onMenu={setMenu}
          isLoading={isLoading}
          loadOlder={shown.loadOlder}
          isLoadingOlder={shown.isLoadingOlder}
        />
      </div>
      <ItemMenu place={menu} onClose={() => setMenu(null)} />
      {question && (
        <Suspense fallback={null}>
          <Questions question={question} lane={lane} onGoTo={goTo} onClose={close} />
        </Suspense>
      )}
    </ContainerContext>
  );
}

function usePreparedQuestions() {
  useEffect(() => {
    const timer = setTimeout(() => prepare(loadQuestions), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
}
