// SPDX-License-Identifier: Apache-2.0
import { notifyManager, QueryClient } from "@tanstack/react-query";
import { hasCode } from "@/api/problem";

// What is known shows at once, before anybody can click what it forbids.
notifyManager.setScheduler(queueMicrotask);

const FRESH_MS = 2000;

// Answers are kept until the event stream says that they changed. What the server refuses is not
// asked again; where it does not answer, it may be restarting.
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => hasCode(error, "unavailable") && failures < 3,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
        // A lost network is told by requests that fail, not by what the browser believes of it.
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
