// SPDX-License-Identifier: Apache-2.0
// What the parts of a container's page share: the container, what is selected on it, and the ways
// to act on that.
import { createContext, useContext } from "react";
import type { Branch, Container, CurrentUser, Operation } from "@/api/types";
import type { Action, ActionId } from "@/model/actions";
import type { History, Item } from "@/model/history";
import type { Target } from "@/model/situation";

// What is asked for before an act; null where nothing is.
export type Question =
  | { kind: "bookmark" | "branch" | "share" | "edit" | "delete"; item: Item }
  | { kind: "goToTime" | "keys" | "rename" | "members" | "lock" | "deleteContainer" }
  | { kind: "renameBranch" | "deleteBranch"; branch: Branch }
  | { kind: "log"; source: string; branch?: string };

export interface ContainerPage {
  container: Container;
  me: CurrentUser;
  branches: readonly Branch[];
  target: Target;
  history: History;
  item: Item;
  actions: Record<ActionId, Action>;
  operations: readonly Operation[];
  // The template says that bookmarks stop the databases for a moment.
  areBookmarksExact: boolean;
  // The same for an item that is not selected, e.g. one with buttons of its own in a list.
  actionsFor: (item: Item) => Record<ActionId, Action>;
  select: (id: string) => void;
  // Shows a branch's history instead; changes nothing.
  lookAt: (branch: string) => void;
  // Does it at once, or asks first what it needs to know. Does nothing where it is unavailable, but says why.
  perform: (id: ActionId, item?: Item) => void;
  // From a bookmark, without asking how: the branch is named after it and becomes active.
  branchAtOnce: (item: Item) => void;
  // Sends a request and shows how its operation goes. The problem is thrown to dialogs, shown otherwise.
  send: (request: () => Promise<Operation>) => Promise<Operation>;
  sendAndShow: (request: () => Promise<Operation>) => void;
  ask: (question: Question) => void;
}

export const ContainerContext = createContext<ContainerPage | null>(null);

export function useContainerPage(): ContainerPage {
  const page = useContext(ContainerContext);
  if (!page) throw new Error("used outside of a container's page");
  return page;
}
