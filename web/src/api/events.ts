// SPDX-License-Identifier: Apache-2.0
// The stream of what has changed, from the server to the answers that are kept.
import type { QueryClient } from "@tanstack/react-query";
import { isConcerned } from "./keys";
import { session } from "./session";
import { createStore } from "./store";
import { streamOf } from "./stream";

export interface Connection {
  isStanding: boolean;
  // Since when it does not stand, in milliseconds since 1970.
  lostAt: number | null;
}

export const connection = createStore<Connection>({ isStanding: false, lostAt: null });

// The container that is on the page; null where there is none, and nothing where it is not known yet: the
// stream waits for it, as it would have to begin again.
export const lookedAt = createStore<string | null | undefined>(
  isContainerPage(globalThis.location?.pathname) ? undefined : null,
);

function isContainerPage(path = ""): boolean {
  return /^\/containers\/[^/]/.test(path);
}

const TOPICS = [
  "operation",
  "container",
  "bookmark",
  "template",
  "source",
  "user",
  "pool",
  "presence",
];
// Events come in bursts; what they concern is asked for once.
const GATHER_MS = 25;
const RETRY_FIRST_MS = 1000;
const RETRY_MOST_MS = 10_000;

// Follows the stream until the returned function is called. Who looks at a container counts as
// present there. After a gap everything is looked at again.
export function follow(queries: QueryClient, lookingAt: string | null): () => void {
  let retry: ReturnType<typeof setTimeout> | undefined;
  let wait = RETRY_FIRST_MS;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const heard = new Set<string>();

  const lookAgain = () => {
    gathering = undefined;
    const topics = [...heard];
    heard.clear();
    queries.invalidateQueries({
      predicate: ({ queryKey }) => topics.some((topic) => isConcerned(queryKey, topic)),
    });
  };

  // A stream that goes on where it broke has told of everything but of who is present.
  const stands = () => {
    wait = RETRY_FIRST_MS;
    if (connection.get().lostAt !== null) queries.invalidateQueries();
    connection.set({ isStanding: true, lostAt: null });
  };

  // After a break the stream goes on soon where it was; one that the server refused is asked for less
  // and less often.
  const lost = (refused: boolean) => {
    const { lostAt } = connection.get();
    connection.set({ isStanding: false, lostAt: lostAt ?? Date.now() });
    if (refused) queries.invalidateQueries({ queryKey: ["me"] });
    retry = setTimeout(stream.open, wait);
    if (refused) wait = Math.min(wait * 2, RETRY_MOST_MS);
  };

  const event = (topic: string) => {
    // What was asked for before the stream stood may have changed meanwhile.
    if (topic === "ready") queries.invalidateQueries();
    if (!TOPICS.includes(topic)) return;
    heard.add(topic);
    gathering ??= setTimeout(lookAgain, GATHER_MS);
  };

  const stream = streamOf(
    `/api/v1/events${lookingAt ? `?looking_at=${encodeURIComponent(lookingAt)}` : ""}`,
    { opened: stands, event, lost },
  );
  stream.open();
  // Whoever logs in again need not wait for the next try, nor read of what is over.
  const forget = session.subscribe(() => {
    if (session.get() !== "open" || connection.get().isStanding) return;
    clearTimeout(retry);
    wait = RETRY_FIRST_MS;
    connection.set({ isStanding: false, lostAt: null });
    stream.open();
  });
  return () => {
    forget();
    clearTimeout(retry);
    clearTimeout(gathering);
    stream.close();
  };
}
