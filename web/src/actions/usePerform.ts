// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { activateBranch, refresh, reset, restore, undo } from "@/api/acts";
import { keys } from "@/api/keys";
import { hasCode } from "@/api/problem";
import type { Container, Operation } from "@/api/types";
import type { Action, ActionId } from "@/model/actions";
import type { Item } from "@/model/history";
import { dataOf, type Target } from "@/model/situation";
import { toast } from "@/ui";
import { branchFrom } from "./branchFrom";
import type { Question } from "./context";

interface Parts {
  container: Container;
  target: Target;
  item: Item;
  actionsFor: (item: Item) => Record<ActionId, Action>;
  following: { follow: (operation: Operation) => void };
  ask: (question: Question) => void;
}

// How the page acts. Nothing is lost by going back, so what replaces data asks nothing.
export function usePerform({ container, target, item, actionsFor, following, ask }: Parts) {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const { follow } = following;

  const send = useCallback(
    async (request: () => Promise<Operation>) => {
      setProblem(null);
      try {
        const operation = await request();
        follow(operation);
        return operation;
      } catch (refusal) {
        // Everybody is told of it by a banner, which looks only now and then.
        if (hasCode(refusal, "no_space")) queries.invalidateQueries({ queryKey: keys.pool });
        throw refusal;
      }
    },
    [follow, queries],
  );

  const sendAndShow = useCallback(
    (request: () => Promise<Operation>) => {
      if (isSending) return;
      setSending(true);
      send(request)
        .catch(setProblem)
        .finally(() => setSending(false));
    },
    [send, isSending],
  );

  const perform = (id: ActionId, on: Item = item) => {
    const { unavailable } = actionsFor(on)[id];
    if (unavailable) return toast(unavailable);
    const request = requestFor(id, container.id, target.id, on);
    if (request) return sendAndShow(request);
    if (
      id === "bookmark" ||
      id === "branch" ||
      id === "share" ||
      id === "edit" ||
      id === "delete"
    ) {
      ask({ kind: id, item: on });
    }
  };

  const branchAtOnce = (on: Item) => {
    const { bookmark } = on;
    const { unavailable } = actionsFor(on).branch;
    if (unavailable) return toast(unavailable);
    if (bookmark) sendAndShow(() => branchFrom(queries, container.id, bookmark));
  };

  return {
    perform,
    branchAtOnce,
    send,
    sendAndShow,
    problem,
    closeProblem: () => setProblem(null),
  };
}

function requestFor(
  id: ActionId,
  container: string,
  branch: string,
  item: Item,
): (() => Promise<Operation>) | null {
  const data = dataOf(item);
  switch (id) {
    case "restore":
      return data && (() => restore(container, branch, data));
    case "undo":
      return () => undo(container, branch);
    case "refresh":
      return () => refresh(container, branch);
    case "reset":
      return () => reset(container, branch);
    case "activate":
      return () => activateBranch(container, item.lane, false);
    default:
      return null;
  }
}
