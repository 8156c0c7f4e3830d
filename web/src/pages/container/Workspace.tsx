// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ContainerContext, type ContainerPage } from "@/actions/context";
import { usePerform } from "@/actions/usePerform";
import { containerOperationsQuery, templateQuery } from "@/api/queries";
import type { Branch, Container, CurrentUser, Operation } from "@/api/types";
import { actionsOf } from "@/model/actions";
import type { Item, Lane } from "@/model/history";
import { leadsToNow, replacesData } from "@/model/operation";
import { Timeline } from "@/timeline/Timeline";
import { fetched, prepare, useNow } from "@/ui";
import { ActionBar } from "./ActionBar";
import { BranchLine } from "./BranchLine";
import { goToActionsOf, keepFocus } from "./focus";
import { Header } from "./Header";
import { Introduction } from "./Introduction";
import { ItemMenu, type MenuPlace } from "./ItemMenu";
import { Lists } from "./Lists";
import { useFollowing } from "./useFollowing";
import { useGoTo } from "./useGoTo";
import type { ShownHistory } from "./useHistory";
import { useKeys } from "./useKeys";
import { useQuestions } from "./useQuestions";
import { useSelection } from "./useSelection";
import styles from "./workspace.module.css";

// What asks is fetched when it is wanted, or a little after the page stands.
const LATER_MS = 1500;
const loadQuestions = () => import("@/actions/Questions");
const Questions = lazy(() => fetched(loadQuestions));
const NO_OPERATIONS: Operation[] = [];

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
  const now = useNow();
  usePreparedQuestions();
  const { data: template } = useQuery(templateQuery(container.template.id));
  const areBookmarksExact = template?.bookmarks === "exact";
  const { data: operations = NO_OPERATIONS } = useQuery(containerOperationsQuery(container.id));
  const { history, item, select, selectMoment } = useSelection(
    container.id,
    shown.history,
    lane.id,
  );
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const actionBar = useRef<HTMLElement>(null);
  const filter = useRef<HTMLInputElement>(null);

  const goToActions = () => goToActionsOf(actionBar.current);
  const { question, ask, close } = useQuestions(actionBar);

  const following = useFollowing(container, me, {
    onEnd: (operation) => {
      if (operation.state !== "succeeded" || operation.actor.id !== me.id) return;
      if (!leadsToNow(operation)) return;
      onLookAt(replacesData(operation.kind) ? (operation.branch?.id ?? null) : null);
      select(null);
    },
    onFresh: (operation) => {
      if (operation.actor.id === me.id) keepFocus(goToActions);
    },
  });

  const lookAt = (branch: string | null) => {
    onLookAt(branch);
    select(null);
  };
  const actionsFor = (one: Item) =>
    actionsOf({
      container,
      me,
      target: lane,
      history,
      item: one,
      operations,
      now,
      areBookmarksExact,
    });
  const actions = actionsFor(item);
  const acts = usePerform({ container, target: lane, item, actionsFor, following, ask });
  const page: ContainerPage = {
    container,
    me,
    branches,
    target: lane,
    history,
    item,
    actions,
    operations,
    areBookmarksExact,
    actionsFor,
    select,
    lookAt: (branch) => lookAt(branch === container.active_branch.id ? null : branch),
    ask,
    ...acts,
  };

  const goTo = useGoTo({
    container: container.id,
    shown,
    lane: history.lanes.find((one) => one.id === lane.id) ?? lane,
    select,
    selectMoment,
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
