// SPDX-License-Identifier: Apache-2.0
// What can be asked for, each with the name it is kept under.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answered, client } from "./client";
import { keys } from "./keys";
import { pageKey } from "./page_key";
import { notLoggedIn } from "./problem";
import { sessionOpened } from "./session";
import type { Operation, Timeline } from "./types";

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async () => {
    // Without the page's half there is no session, and nothing to be refused.
    if (pageKey.get() === null) throw notLoggedIn();
    const { user } = await answered(client.GET("/sessions/current"));
    sessionOpened();
    return user;
  },
});

export const poolQuery = queryOptions({
  queryKey: keys.pool,
  queryFn: () => answered(client.GET("/pool")),
});

export const containersQuery = queryOptions({
  queryKey: keys.containers,
  queryFn: async () => (await answered(client.GET("/containers"))).items,
});

export function containerQuery(container: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "itself"),
    queryFn: () =>
      answered(client.GET("/containers/{container}", { params: { path: { container } } })),
  });
}

export function branchesQuery(container: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "branches"),
    queryFn: async () =>
      (
        await answered(
          client.GET("/containers/{container}/branches", { params: { path: { container } } }),
        )
      ).items,
  });
}

const POINTS = 300;
// The bookmarks are in the container's list of them.
const WINDOW = { before: POINTS, without_bookmarks: "1" } as const;

// A branch's history by windows, the newest first; null is the active branch.
export function timelineQuery(container: string, branch: string | null) {
  return infiniteQueryOptions({
    queryKey: keys.containerPart(container, "timeline", branch),
    queryFn: ({ pageParam }) => {
      const query = {
        ...WINDOW,
        ...(branch && { branch }),
        ...(pageParam && { around: pageParam, after: 0 }),
      };
      return answered(
        client.GET("/containers/{container}/timeline", { params: { path: { container }, query } }),
      );
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last: Timeline) =>
      last.points.length >= POINTS ? last.points[0]?.at : undefined,
  });
}

// Only the newest window of a branch.
export function newestTimelineQuery(container: string, branch: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "newest", branch),
    queryFn: () => {
      const params = { path: { container }, query: { branch, ...WINDOW } };
      return answered(client.GET("/containers/{container}/timeline", { params }));
    },
  });
}

export function bookmarksQuery(container: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "bookmarks"),
    queryFn: async () =>
      (
        await answered(
          client.GET("/containers/{container}/bookmarks", { params: { path: { container } } }),
        )
      ).items,
  });
}

// The bookmarks that the template and other containers offer to this one.
export function availableQuery(container: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "available"),
    queryFn: async () => {
      const params = { path: { container }, query: { available: "1" as const } };
      return (await answered(client.GET("/containers/{container}/bookmarks", { params }))).items;
    },
  });
}

// The newest operations of a container: how long its acts take, and how the last one ended.
export function containerOperationsQuery(container: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "operations"),
    queryFn: async () =>
      (await answered(client.GET("/operations", { params: { query: { container, limit: 100 } } })))
        .items,
  });
}

// The newest operations of everything that one may see, as many as the server gives at once.
export function containerUsageQuery(container: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "usage"),
    queryFn: () =>
      answered(client.GET("/containers/{container}/usage", { params: { path: { container } } })),
  });
}

export function logQuery(container: string, source: string, branch?: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "log", source, branch),
    queryFn: () => {
      const params = { path: { container, source }, query: branch ? { branch } : {} };
      return answered(
        client.GET("/containers/{container}/logs/{source}", { params, parseAs: "text" }),
      );
    },
  });
}

// What the template's data of a time would be.
export function templateMomentQuery(container: string, time: string) {
  return queryOptions({
    queryKey: keys.containerPart(container, "template-moment", time),
    queryFn: () => {
      const params = { path: { container }, query: { time, template: true } };
      return answered(client.GET("/containers/{container}/moment", { params }));
    },
    retry: false,
  });
}

export function bookmarkQuery(bookmark: string) {
  return queryOptions({
    queryKey: keys.bookmark(bookmark),
    queryFn: () =>
      answered(client.GET("/bookmarks/{bookmark}", { params: { path: { bookmark } } })),
  });
}

export function hasEnded(operation: Operation): boolean {
  return operation.ended_at !== null;
}

const LOOK_AGAIN_MS = 1000;

// Asked for again until it has ended, also where the event stream is cut.
export function operationQuery(operation: string) {
  return queryOptions({
    queryKey: keys.operation(operation),
    queryFn: () =>
      answered(client.GET("/operations/{operation}", { params: { path: { operation } } })),
    refetchInterval: (query) =>
      query.state.data && hasEnded(query.state.data) ? false : LOOK_AGAIN_MS,
  });
}

export const trashQuery = queryOptions({
  queryKey: keys.trash,
  queryFn: async () => (await answered(client.GET("/trash"))).items,
});

export const trashUsageQuery = queryOptions({
  queryKey: [...keys.trash, "usage"],
  queryFn: async () => (await answered(client.GET("/trash/usage"))).items,
});

export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: async () => (await answered(client.GET("/tokens"))).items,
});

export const templatesQuery = queryOptions({
  queryKey: keys.templates,
  queryFn: async () => (await answered(client.GET("/templates"))).items,
});

export function templateQuery(template: string) {
  return queryOptions({
    queryKey: [...keys.template(template), "itself"],
    queryFn: () =>
      answered(client.GET("/templates/{template}", { params: { path: { template } } })),
  });
}

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: async () => (await answered(client.GET("/users"))).items,
});
