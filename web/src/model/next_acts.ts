// SPDX-License-Identifier: Apache-2.0
// What is mostly done after an act that has ended well, so that it is one click away. Pure.
import type { Bookmark, Container, CurrentUser, Operation, Trashed } from "@/api/types";

export type NextAct =
  | { kind: "share" | "copyAddress"; bookmark: Bookmark }
  // By its id in the trash.
  | { kind: "bringBack"; thing: string };

interface Known {
  container: Container;
  me: CurrentUser;
  bookmarks: readonly Bookmark[]; // the container's own
  trash: readonly Trashed[];
}

export function nextActs(operation: Operation, known: Known): NextAct[] {
  const { kind, state, actor } = operation;
  if (state !== "succeeded" || actor.id !== known.me.id) return [];
  if (kind === "delete_bookmark" || kind === "delete_branch") {
    const thing = deletedBy(operation, known.trash);
    return thing ? [{ kind: "bringBack", thing }] : [];
  }
  if (kind !== "bookmark" && kind !== "share_bookmark") return [];
  const bookmark = known.bookmarks.find((one) => isOf(operation, one));
  if (!bookmark) return [];
  const isShared = kind === "share_bookmark" || bookmark.audience !== "only_container";
  const acts: NextAct[] = [];
  if (!isShared) acts.push({ kind: "share", bookmark });
  if (isShared || whyNotOpened(bookmark, known.container, known.me) === null)
    acts.push({ kind: "copyAddress", bookmark });
  return acts;
}

// Why nobody else could open the bookmark's address; null where somebody can.
export function whyNotOpened(
  bookmark: Bookmark,
  container: Container,
  me: CurrentUser,
): string | null {
  if (bookmark.audience !== "only_container") return null;
  if (container.members.some(({ user }) => user !== me.id)) return null;
  return "Nobody else can open it yet. Share it first.";
}

function isOf(operation: Operation, bookmark: Bookmark): boolean {
  return bookmark.point === operation.point && operation.words.includes(`"${bookmark.name}"`);
}

function deletedBy(operation: Operation, trash: readonly Trashed[]): string | undefined {
  if (operation.kind === "delete_branch") return operation.branch?.id;
  // Others of its name may lie there, deleted before.
  return trash
    .filter(
      (one) =>
        one.kind === "bookmark" &&
        one.container?.id === operation.container?.id &&
        operation.words.includes(`"${one.name}"`),
    )
    .sort((a, b) => b.deleted_at.localeCompare(a.deleted_at))[0]?.id;
}
