// SPDX-License-Identifier: Apache-2.0
// Who may change a container, and why not.
import type { Bookmark, Container, CurrentUser } from "@/api/types";
import { operationNow } from "./operation";
import { listed } from "./words";

export function isOwner(container: Container, me: CurrentUser): boolean {
  return container.my_role === "owner" || me.role === "admin";
}

export function ownersOf(container: Container): string {
  return listed(
    container.members.filter((member) => member.role === "owner").map((member) => member.name),
  );
}

export function mayEdit(bookmark: Bookmark, container: Container, me: CurrentUser): boolean {
  return bookmark.creator.id === me.id || isOwner(container, me);
}

function asking(container: Container): string {
  return `Ask ${ownersOf(container) || "an administrator"}.`;
}

// Null if nothing keeps one from changing it; else why not, in a sentence or two.
export function whyNotChange(container: Container, me: CurrentUser): string | null {
  if (container.my_role === "viewer" && me.role !== "admin") {
    return `You may look at this container, but not change it. ${asking(container)}`;
  }
  const { lock } = container;
  if (lock && lock.by !== me.id && me.role !== "admin") {
    return `Locked by ${lock.by_name}${lock.why && `: ${lock.why}`}. Only ${lock.by_name} or an administrator can change it.`;
  }
  if (container.operation)
    return `${operationNow(container.operation, me, container)}. Wait until it has ended.`;
  return null;
}

export function whyNotOwn(container: Container, me: CurrentUser): string | null {
  if (!isOwner(container, me)) return `Only an owner may do this. ${asking(container)}`;
  return whyNotChange(container, me);
}
