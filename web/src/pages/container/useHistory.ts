// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  bookmarksQuery,
  containerOperationsQuery,
  newestTimelineQuery,
  timelineQuery,
} from "@/api/queries";
import type { Bookmark, Container, Operation, Timeline } from "@/api/types";
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
  const own = useQuery(bookmarksQuery(container.id));
  const bookmarks = own.data;
  const pages = main.data?.pages;
  const { data: operations = NO_OPERATIONS } = useQuery(containerOperationsQuery(container.id));
  const failures = useMemo(() => failuresAmong(operations), [operations]);
  const active = container.active_branch;
  const history = useMemo(
    () =>
      pages && bookmarks
        ? historyOf(
            [joined(pages), ...beside].map((one) => withBookmarks(one, bookmarks)),
            now,
            failures,
          )
        : unknownHistory(active, now),
    [pages, bookmarks, beside, now, failures, active],
  );
  const oldest = pages?.at(-1)?.points[0];
  return {
    history,
    isLoading: pages === undefined || bookmarks === undefined,
    error: main.error ?? own.error,
    loadOlder: main.hasNextPage ? () => main.fetchNextPage() : null,
    isLoadingOlder: main.isFetchingNextPage,
    loadedFrom: main.hasNextPage && oldest ? Date.parse(oldest.at) : Number.NEGATIVE_INFINITY,
  };
}

function withBookmarks(timeline: Timeline, bookmarks: readonly Bookmark[]): Timeline {
  const { id } = timeline.branch;
  return { ...timeline, bookmarks: bookmarks.filter(({ branch }) => branch?.id === id) };
}

function shown(answers: { data?: Timeline | undefined }[]): Timeline[] {
  return answers.flatMap(({ data }) => data ?? []);
}

// The windows are the newest first.
function joined(pages: Timeline[]): Timeline {
  return pages.reduceRight((older, newer) => mergeTimelines(older, newer));
}
