// SPDX-License-Identifier: Apache-2.0
// What only administrators ask for. The keys begin as in api/keys.ts, so that events concern them.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answered, client } from "@/api/client";
import { keys } from "@/api/keys";

export const sourcesQuery = queryOptions({
  queryKey: keys.sources,
  queryFn: async () => (await answered(client.GET("/sources"))).items,
});

// They change with the server only.
export const kindsQuery = queryOptions({
  queryKey: keys.kinds,
  queryFn: async () => (await answered(client.GET("/kinds"))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

const STATUS_AGAIN_MS = 3000;

// What follows production moves on without an event.
export function sourceStatusQuery(source: string, isFollowing: boolean) {
  return queryOptions({
    queryKey: [...keys.sources, source, "status"],
    queryFn: () =>
      answered(client.GET("/sources/{source}/status", { params: { path: { source } } })),
    refetchInterval: isFollowing ? STATUS_AGAIN_MS : false,
  });
}

// Measured on disk each time, so only when somebody looks, and not at every event.
export const usageQuery = queryOptions({
  queryKey: keys.usage,
  queryFn: () => answered(client.GET("/usage")),
  staleTime: 30_000,
});

const RECENT = 200;

// Enough to know what runs and what failed last.
export const recentOperationsQuery = queryOptions({
  queryKey: [...keys.operations, "recent"],
  queryFn: async () => {
    const query = { limit: RECENT, background: "1" as const };
    return (await answered(client.GET("/operations", { params: { query } }))).items;
  },
});

const PAGE = 50;

export function operationsQuery(container: string, isBackground: boolean) {
  return infiniteQueryOptions({
    queryKey: [...keys.operations, "pages", container, isBackground],
    queryFn: ({ pageParam }) => {
      const query = {
        limit: PAGE,
        ...(container && { container }),
        ...(isBackground && { background: "1" as const }),
        ...(pageParam && { before: pageParam }),
      };
      return answered(client.GET("/operations", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

export function templateBookmarksQuery(template: string) {
  return queryOptions({
    queryKey: [...keys.template(template), "bookmarks"],
    queryFn: async () =>
      (
        await answered(
          client.GET("/templates/{template}/bookmarks", { params: { path: { template } } }),
        )
      ).items,
  });
}

const POINTS = 1000;

export function templateTimelineQuery(template: string) {
  return queryOptions({
    queryKey: [...keys.template(template), "timeline"],
    queryFn: () =>
      answered(
        client.GET("/templates/{template}/timeline", {
          params: { path: { template }, query: { before: POINTS } },
        }),
      ),
  });
}
