// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import type { ContainerPage, Question } from "@/actions/context";
import { usePerform } from "@/actions/usePerform";
import { containerOperationsQuery, templateQuery } from "@/api/queries";
import type { Branch, Container, CurrentUser, Operation } from "@/api/types";
import { actionsOf } from "@/model/actions";
import type { Item, Lane } from "@/model/history";
import { leadsToNow, replacesData } from "@/model/operation";
import { useNow } from "@/ui";
import { keepFocus } from "./focus";
import { useFollowing } from "./useFollowing";
import type { ShownHistory } from "./useHistory";
import { useSelection } from "./useSelection";

const NO_OPERATIONS: Operation[] = [];

interface Parts {
  container: Container;
  me: CurrentUser;
  branches: Branch[];
  lane: Lane; // the branch that is looked at
  shown: ShownHistory;
  onLookAt: (branch: string | null) => void;
  ask: (question: Question) => void;
  goToActions: () => void;
}

// What is selected, what can be done with it, and how that goes.
export function useWork(parts: Parts) {
  const { container, me, branches, lane, shown, onLookAt, ask, goToActions } = parts;
  const now = useNow();
  const { data: template } = useQuery(templateQuery(container.template.id));
  const areBookmarksExact = template?.bookmarks === "exact";
  const { data: operations = NO_OPERATIONS } = useQuery(containerOperationsQuery(container.id));
  const { history, item, select, selectMoment } = useSelection(
    container.id,
    shown.history,
    lane.id,
  );
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
  const known = { container, me, history, operations, areBookmarksExact };
  const actionsFor = (one: Item) => actionsOf({ ...known, target: lane, item: one, now });
  const acts = usePerform({ container, target: lane, item, actionsFor, following, ask });
  const page: ContainerPage = {
    ...known,
    branches,
    target: lane,
    item,
    actions: actionsFor(item),
    actionsFor,
    select,
    lookAt: (branch) => lookAt(branch === container.active_branch.id ? null : branch),
    ask,
    ...acts,
  };
  return { page, following, acts, lookAt, selectMoment };
}
