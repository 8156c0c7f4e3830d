// SPDX-License-Identifier: Apache-2.0
// The names under which answers are kept, and which of them a topic of the event stream concerns.
// An event only says "look again": too many do no harm, and neither does their order.

export const keys = {
  me: ["me"],
  containers: ["containers"],
  container: (name: string) => ["container", name],
  containerPart: (name: string, part: string, ...more: unknown[]) => [
    "container",
    name,
    part,
    ...more,
  ],
  bookmark: (id: string) => ["bookmark", id],
  operation: (id: string) => ["operation", id],
  operations: ["operations"],
  pool: ["pool"],
  kinds: ["kinds"],
  sources: ["sources"],
  templates: ["templates"],
  template: (name: string) => ["template", name],
  tokens: ["tokens"],
  trash: ["trash"],
  usage: ["usage"],
  users: ["users"],
} as const;

// The first words of the keys to look at again. Space is measured on disk, so it is asked for
// again only by who looks at it.
const CONCERNED: Record<string, string[]> = {
  operation: ["containers", "container", "operation", "operations"],
  container: ["containers", "container", "operations", "trash"],
  bookmark: ["container", "bookmark", "trash"],
  template: ["templates", "template", "container", "containers"],
  source: ["sources", "templates", "template"],
  user: ["me", "users", "containers", "container"],
  pool: ["pool"],
  presence: ["containers", "container"],
};

// For these topics only so much of a container: its history is asked for when an operation has ended.
// An operation of another container may have shared a bookmark.
const ONLY_PARTS: Record<string, string[]> = {
  operation: ["itself", "operations", "available"],
  presence: ["itself"],
};

export function isConcerned(key: readonly unknown[], topic: string): boolean {
  if (!CONCERNED[topic]?.includes(String(key[0]))) return false;
  if (key[0] !== "container") return true;
  if (key[2] === "usage") return false;
  return ONLY_PARTS[topic]?.includes(String(key[2])) ?? true;
}
