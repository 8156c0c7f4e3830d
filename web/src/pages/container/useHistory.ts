import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { containerOperationsQuery, newestTimelineQuery, timelineQuery } from "@/api/queries";
import type { Container, Operation, Timeline } from "@/api/types";
import { failuresAmong } from "@/model/failures";
import { type History, historyOf, mergeTimelines, unknownHistory } from "@/model/history";
import { useNow } from "@/ui";

const NO_OPERATIONS: Operation[] = [];

export interface ShownHistory {
  history: History;
  // The first answer has not come yet.
  isLoading: boolean;
  error: Error | null;
  // Loads what is before the oldest loaded point of the first lane; null when all is loaded.
  loadOlder: (() => void) | null;
  isLoadingOlder: boolean;
  // Since when the first lane's points are loaded, in milliseconds since 1970.
  loadedFrom: number;
}

// The history of the branch that is looked at, with older windows as they are asked for, and the
// newest window of other branches.
export function useHistory(container: Container, branch: string, others: string[]): ShownHistory {
  const now = useNow();
  // While another branch's is fetched, the page stays: what is chosen, typed and focused on it too.
  const main = useInfiniteQuery({
    ...timelineQuery(container.id, branch),
    placeholderData: keepPreviousData,
  });
  const beside = useQueries({
    queries: others.map((other) => newestTimelineQuery(container.id, other)),
    combine: shown,
  });
  const pages = main.data?.pages;
  const { data: operations = NO_OPERATIONS } = useQuery(containerOperationsQuery(container.id));
  const failures = useMemo(() => failuresAmong(operations), [operations]);
  const active = container.active_branch;
  const history = useMemo(
    () =>
      pages ? historyOf([joined(pages), ...beside], now, failures) : unknownHistory(active, now),
    [pages, beside, now, failures, active],
  );
  const oldest = pages?.at(-1)?.points[0];
  return {
    history,
    isLoading: pages === undefined,
    error: main.error,
    loadOlder: main.hasNextPage ? () => main.fetchNextPage() : null,
    isLoadingOlder: main.isFetchingNextPage,
    loadedFrom: main.hasNextPage && oldest ? Date.parse(oldest.at) : Number.NEGATIVE_INFINITY,
  };
}

function shown(answers: { data?: Timeline | undefined }[]): Timeline[] {
  return answers.flatMap(({ data }) => data ?? []);
}

// The windows are the newest first.
function joined(pages: Timeline[]): Timeline {
  return pages.reduceRight((older, newer) => mergeTimelines(older, newer));
}
