import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { ContainerContext, type ContainerPage, type Question } from "@/actions/context";
import { usePerform } from "@/actions/usePerform";
import { lookedAt as present } from "@/api/events";
import { availableQuery, branchesQuery, containerOperationsQuery } from "@/api/queries";
import type { Branch, Container, CurrentUser, Operation } from "@/api/types";
import { actionsOf, itemOfAvailable } from "@/model/actions";
import type { History, Item, Lane } from "@/model/history";
import { replacesData } from "@/model/operation";
import { Timeline } from "@/timeline/Timeline";
import { ErrorBanner, fetched, prepare, useNow } from "@/ui";
import { ActionBar } from "./ActionBar";
import { BranchLine } from "./BranchLine";
import styles from "./container.module.css";
import { Header } from "./Header";
import { ItemMenu, type MenuPlace } from "./ItemMenu";
import { Lists } from "./Lists";
import { LoadingContainer } from "./LoadingContainer";
import { useFollowing } from "./useFollowing";
import { useHistory } from "./useHistory";
import { useKeys } from "./useKeys";

// What asks is fetched when it is wanted, or a little after the page stands.
const LATER_MS = 1500;
const loadQuestions = () => import("@/actions/Questions");
const Questions = lazy(() => fetched(loadQuestions));
const RETURN_MS = 50;
const NO_BRANCHES: Branch[] = [];
const NO_OPERATIONS: Operation[] = [];

// One container: a timeline, a selection, and what can be done with it.
export function ContainerView({ container, me }: { container: Container; me: CurrentUser }) {
  const [lookedAt, setLookedAt] = useState<string | null>(null);
  usePresence(container.id);
  useEffect(() => {
    const timer = setTimeout(() => prepare(loadQuestions), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
  const [isAllShown, setAllShown] = useState(false);
  const { data: branches = NO_BRANCHES } = useQuery(branchesQuery(container.id));
  const branch =
    branches.some((one) => one.id === lookedAt) && lookedAt ? lookedAt : container.active_branch.id;
  const others = isAllShown ? branches.map((one) => one.id).filter((id) => id !== branch) : [];
  const shown = useHistory(container.id, branch, others);
  if (!shown.history?.lanes[0]) {
    return shown.error ? <ErrorBanner error={shown.error} /> : <LoadingContainer />;
  }
  return (
    <Loaded
      container={container}
      me={me}
      branches={branches}
      history={shown.history}
      lane={shown.history.lanes[0]}
      shown={shown}
      isAllShown={isAllShown}
      onShowAll={setAllShown}
      onLookAt={setLookedAt}
    />
  );
}

// Others see who has the container open.
function usePresence(container: string) {
  useEffect(() => {
    present.set(container);
    return () => present.set(null);
  }, [container]);
}

interface LoadedProps {
  container: Container;
  me: CurrentUser;
  branches: Branch[];
  history: History;
  lane: Lane; // the branch that is looked at
  shown: ReturnType<typeof useHistory>;
  isAllShown: boolean;
  onShowAll: (isAllShown: boolean) => void;
  onLookAt: (branch: string | null) => void;
}

function Loaded({
  container,
  me,
  branches,
  history,
  lane,
  shown,
  isAllShown,
  onShowAll,
  onLookAt,
}: LoadedProps) {
  const now = useNow();
  const { data: available } = useQuery(availableQuery(container.id));
  const { data: operations = NO_OPERATIONS } = useQuery(containerOperationsQuery(container.id));
  const [selectedId, select] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [wanted, setWanted] = useState<number | null>(null);
  const actionBar = useRef<HTMLElement>(null);
  const filter = useRef<HTMLInputElement>(null);

  const goToActions = () => goToActionsOf(actionBar.current);
  // A key that is pressed while nothing in particular has the focus belongs to the actions, and the
  // focus returns there.
  const ask = (next: Question) => {
    if (!document.activeElement?.matches("button, a, input, [tabindex='0']")) goToActions();
    setQuestion(next);
  };

  const following = useFollowing(container, me, {
    onEnd: (operation) => {
      if (operation.state !== "succeeded" || operation.actor.id !== me.id) return;
      if (!leadsToNow(operation)) return;
      onLookAt(null);
      select(null);
    },
    onFresh: (operation) => {
      if (operation.actor.id === me.id) keepFocus(goToActions);
    },
  });

  const item = useMemo(
    () => selectedItem(history, lane, available?.map(itemOfAvailable) ?? [], selectedId),
    [history, lane, available, selectedId],
  );
  const actionsFor = (one: Item) =>
    actionsOf({ container, me, history, item: one, operations, now });
  const actions = actionsFor(item);
  const acts = usePerform({ container, item, actionsFor, following, ask });
  const page: ContainerPage = {
    container,
    me,
    branches,
    history,
    item,
    actions,
    operations,
    actionsFor,
    select,
    ask,
    ...acts,
  };

  // What lies further back than what is loaded is loaded first.
  const { loadedFrom, loadOlder, isLoadingOlder } = shown;
  useEffect(() => {
    if (wanted === null || isLoadingOlder) return;
    if (wanted < loadedFrom && loadOlder) {
      loadOlder();
      return;
    }
    const found = lane.items.findLast((one) => one.kind !== "now" && one.at <= wanted);
    setWanted(null);
    if (!found) return;
    select(found.id);
    // The list may have been scrolled far away from what can be done with it.
    setTimeout(() => actionBar.current?.scrollIntoView({ block: "nearest" }), RETURN_MS);
  }, [wanted, loadedFrom, loadOlder, isLoadingOlder, lane]);

  const lookAt = (branch: string | null) => {
    onLookAt(branch);
    select(null);
  };
  const isAsking = question !== null;
  const wasAsking = useRef(isAsking);
  useEffect(() => {
    if (wasAsking.current && !isAsking) keepFocus(() => goToActionsOf(actionBar.current));
    wasAsking.current = isAsking;
  }, [isAsking]);
  const goToTime = () => ask({ kind: "goToTime" });
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
        <Header />
        <div className={styles.work}>
          <BranchLine branches={branches} lane={lane} onLookAt={lookAt} />
          <div className={styles.timeline}>
            <Timeline
              history={history}
              selectedId={item.id}
              onSelect={(one) => select(one.id)}
              onAct={goToActions}
              onMenu={(one, place) => {
                select(one.id);
                setMenu(place);
              }}
              onNeedOlder={() => loadOlder?.()}
              showAllBranches={isAllShown}
              onShowAllBranches={branches.length > 1 ? onShowAll : undefined}
              onGoToTime={goToTime}
              isBusy={following.isRunning}
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
          loadOlder={loadOlder}
          isLoadingOlder={isLoadingOlder}
        />
      </div>
      <ItemMenu place={menu} onClose={() => setMenu(null)} />
      {question && (
        <Suspense fallback={null}>
          <Questions
            question={question}
            lane={lane}
            onGoTo={setWanted}
            onClose={() => setQuestion(null)}
          />
        </Suspense>
      )}
    </ContainerContext>
  );
}

// The data that one works with is another afterwards.
function leadsToNow({ kind }: Operation): boolean {
  return replacesData(kind) || kind === "create_branch" || kind === "activate_branch";
}

function goToActionsOf(bar: HTMLElement | null) {
  bar?.querySelector<HTMLElement>("[data-main]")?.focus({ preventScroll: true });
}

// A dialog returns the focus to where it came from, and a button keeps it. Where that is gone, as what
// was done has changed the page, the actions are next.
function keepFocus(goToActions: () => void) {
  setTimeout(() => document.activeElement === document.body && goToActions(), RETURN_MS);
}

function selectedItem(history: History, lane: Lane, available: Item[], id: string | null): Item {
  const found =
    id === null ? undefined : (history.byId.get(id) ?? available.find((one) => one.id === id));
  const nowItem = lane.items.at(-1);
  if (!nowItem) throw new Error("a branch always has a now");
  return found ?? nowItem;
}
