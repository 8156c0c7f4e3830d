// SPDX-License-Identifier: Apache-2.0
// Follows the operation that changes the container, whoever began it, from its beginning to its end.
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { keys } from "@/api/keys";
import { containerOperationsQuery, containerQuery, hasEnded, operationQuery } from "@/api/queries";
import type { Container, CurrentUser, Operation } from "@/api/types";
import { endTitle, hasLastingEnd } from "@/model/operation";
import { toast } from "@/ui";

const DISMISSED = "slipstream.dismissed";
// A failure that its user has not seen, e.g. as the page was reloaded, is shown this long.
const RECENT_MS = 30 * 60_000;

export interface Following {
  // Under way or ended; null where there is nothing to show.
  operation: Operation | null;
  isRunning: boolean;
  follow: (operation: Operation) => void;
  dismiss: () => void;
}

interface Ends {
  onEnd: (operation: Operation) => void;
  // The page shows what has become of it.
  onFresh: (operation: Operation) => void;
}

export function useFollowing(container: Container, me: CurrentUser, ends: Ends): Following {
  const queries = useQueryClient();
  const [id, setId] = useState<string | null>(null);
  const { data: operations } = useQuery(containerOperationsQuery(container.id));
  const current = container.operation;
  const { data: fetched } = useQuery({ ...operationQuery(id ?? ""), enabled: id !== null });
  const operation =
    id === null ? null : current?.id === id ? newer(fetched, current) : (fetched ?? null);
  const endSeen = useRef<string | null>(null);
  const seen = useRef(ends);
  seen.current = ends;

  // What began elsewhere, or before the page was loaded.
  const currentId = current?.id;
  useEffect(() => {
    if (currentId) setId(currentId);
  }, [currentId]);

  const newest = operations?.[0];
  useEffect(() => {
    if (!newest || !isUnseenFailure(newest, me)) return;
    endSeen.current = newest.id;
    setId((shown) => shown ?? newest.id);
  }, [newest, me]);

  useEffect(() => {
    if (!operation || !hasEnded(operation) || endSeen.current === operation.id) return;
    endSeen.current = operation.id;
    const isFresh = queries.invalidateQueries({ queryKey: keys.container(container.id) });
    seen.current.onEnd(operation);
    isFresh.then(() => seen.current.onFresh(operation));
    if (hasLastingEnd(operation, me)) return;
    if (operation.actor.id === me.id) toast(endTitle(operation, me, Date.now()));
    setId(null);
  }, [operation, container.id, queries, me]);

  // What began and ended between two looks was never followed: it has changed the history all the same.
  const lastEnd = operations && lastEndOf(operations);
  const lastEndSeen = useRef(lastEnd);
  useEffect(() => {
    const before = lastEndSeen.current;
    lastEndSeen.current = lastEnd;
    if (before === undefined || lastEnd === before) return;
    queries.invalidateQueries({ queryKey: keys.container(container.id) });
  }, [lastEnd, container.id, queries]);

  const follow = useCallback(
    (answer: Operation) => {
      const begun = keep(queries, container.id, answer);
      const isFresh = queries.invalidateQueries({ queryKey: keys.container(container.id) });
      // Edits have ended by the time of the answer, and most show in the page by themselves.
      const isEdit = begun.state === "succeeded" && begun.steps.length === 0;
      if (!isEdit || hasLastingEnd(begun, me)) return setId(begun.id);
      toast(endTitle(begun, me, Date.now()));
      isFresh.then(() => seen.current.onFresh(begun));
    },
    [queries, container.id, me],
  );

  const dismiss = useCallback(() => {
    if (id) sessionStorage.setItem(DISMISSED, id);
    setId(null);
  }, [id]);

  return { operation, isRunning: operation !== null && !hasEnded(operation), follow, dismiss };
}

// Keeps what the server answered to a request. From now on the container is busy with it, until its own
// answer, which is asked for next, says otherwise. Where the stream of events was faster than the
// answer, the page knows more of it already.
function keep(queries: QueryClient, container: string, answer: Operation): Operation {
  const own = operationQuery(answer.id).queryKey;
  const listed = queries.getQueryData(containerOperationsQuery(container).queryKey);
  let operation = answer;
  for (const known of [queries.getQueryData(own), listed?.find(({ id }) => id === answer.id)])
    if (known) operation = newer(operation, known);
  queries.setQueryData(own, operation);
  if (!hasEnded(operation)) {
    const { queryKey } = containerQuery(container);
    queries.setQueryData(queryKey, (shown) => shown && { ...shown, operation });
  }
  return operation;
}

function lastEndOf(operations: Operation[]): string {
  return operations.reduce(
    (last, { ended_at }) => (ended_at && ended_at > last ? ended_at : last),
    "",
  );
}

// Of two answers about one operation that which has seen more of it; they may come in any order.
function newer(one: Operation | undefined, other: Operation): Operation {
  if (!one || hasEnded(other)) return other;
  if (hasEnded(one)) return one;
  const done = (operation: Operation) =>
    operation.steps.filter((step) => step.state !== "pending").length;
  return done(one) >= done(other) ? one : other;
}

function isUnseenFailure(operation: Operation, me: CurrentUser): boolean {
  return (
    operation.state === "failed" &&
    operation.actor.id === me.id &&
    Date.now() - Date.parse(operation.ended_at ?? operation.created_at) < RECENT_MS &&
    sessionStorage.getItem(DISMISSED) !== operation.id
  );
}
