// SPDX-License-Identifier: Apache-2.0
// An operation in the page's words: what it does now, and how it ended.
import type { Container, CurrentUser, Operation, OperationKind } from "@/api/types";
import { originWords } from "./history_words";
import { duration, exactMoment, moment } from "./time";
import { asSentence, withLocalTimes, withoutCommands } from "./words";

const DOING: Partial<Record<OperationKind, string>> = {
  create_container: "creating this container",
  delete_container: "deleting this container",
  bookmark: "bookmarking {it}",
  restore: "restoring {it}",
  refresh: "refreshing {it} from production",
  reset: "resetting {it}",
  undo: "undoing the last change of {it}",
  create_branch: "making a branch",
  activate_branch: "activating a branch",
  delete_branch: "deleting a branch",
  start: "starting {it}",
  stop: "stopping {it}",
};

const LASTING: OperationKind[] = ["create_branch", "activate_branch", "start", "stop"];
// Something is mostly done next by whoever did it; others see it in the lists.
const LASTING_FOR_ACTOR: OperationKind[] = [
  "bookmark",
  "share_bookmark",
  "delete_bookmark",
  "delete_branch",
];
const ENDED: Partial<Record<OperationKind, string>> = {
  start: "The databases and applications run.",
  stop: "The databases and applications are stopped.",
  edit_bookmark: "Saved.",
  edit_container: "Saved.",
  rename_branch: "Renamed.",
  share_bookmark: "Shared.",
  unshare_bookmark: "No longer shared.",
  delete_bookmark: "Deleted: the bookmark is in the trash.",
  delete_branch: "Deleted: the branch is in the trash.",
  lock: "Locked.",
  unlock: "Unlocked.",
  recover_from_trash: "It is back.",
};
const RESTORING: OperationKind[] = ["restore", "reset", "undo"];

// What an operation is of, if that is a branch which is not the active one.
export interface OtherBranch {
  name: string;
}

export function otherBranchOf(operation: Operation, container: Container): OtherBranch | null {
  const { branch } = operation;
  return branch && branch.id !== container.active_branch.id ? branch : null;
}

// "dev is restoring this container", "You are restoring branch “bug”".
export function operationNow(operation: Operation, me: CurrentUser, container: Container): string {
  const who = operation.actor.id === me.id ? "You are" : `${operation.actor.name} is`;
  const other = otherBranchOf(operation, container);
  const it = other ? `branch “${other.name}”` : "this container";
  return `${who} ${(DOING[operation.kind] ?? "changing {it}").replace("{it}", it)}`;
}

// Its running step in words, with how far that is: "Starting the database. 2 of 5."
export function progressWords(operation: Operation): string {
  if (operation.cancel_requested && operation.state === "running") return "Canceling";
  if (operation.state === "queued") return "Waiting for its turn";
  const step = operation.steps.find((one) => one.state === "running");
  const words = step?.words ?? "Working";
  const { progress } = operation;
  // Some steps repeat their own words in what they say of their progress.
  const said = !progress ? words : progress.startsWith(words) ? progress : `${words}: ${progress}`;
  return operation.state === "rolling_back" ? `Taking it back. ${said}` : said;
}

export function stepsDone(operation: Operation): { done: number; all: number } {
  const done = operation.steps.filter((step) => step.state === "done").length;
  return { done, all: operation.steps.length };
}

// Possible until its switch; after that it can only go on to its end.
export function canCancel(operation: Operation): boolean {
  if (operation.cancel_requested || (operation.state !== "queued" && operation.state !== "running"))
    return false;
  const commits = operation.steps.filter((step) => step.kind === "commit");
  return commits.length === 0 || commits.some((step) => step.state !== "done");
}

export function replacesData(kind: OperationKind): boolean {
  return kind === "refresh" || RESTORING.includes(kind);
}

// The data that one works with is another afterwards.
export function leadsToNow({ kind }: Operation): boolean {
  return replacesData(kind) || kind === "create_branch" || kind === "activate_branch";
}

// Where the data is that an operation has changed.
export interface Place {
  other: OtherBranch | null; // nothing: on the active branch
  // Nothing runs on it: what was stopped stays so.
  isStopped: boolean;
}

export type Ending = { tone: "success" | "danger" | "warning"; title: string; hint: string };

// How it ended, for whoever looks at the container.
export function ending(operation: Operation, me: CurrentUser, now: number, place: Place): Ending {
  if (operation.state === "canceled") {
    return {
      tone: "warning",
      title: `Canceled: ${wordsOf(operation, now)}. Everything is as before.`,
      hint: "",
    };
  }
  if (operation.state === "failed") {
    const { failure } = operation;
    const step = failure?.step ? `, at the step “${failure.step}”` : "";
    return {
      tone: "danger",
      title: `Could not ${wordsOf(operation, now)}${step}. Everything is as before.`,
      hint: [asSentence(failure?.message ?? ""), asSentence(withoutCommands(failure?.hint ?? ""))]
        .filter(Boolean)
        .join(" "),
    };
  }
  const isMine = operation.actor.id === me.id;
  const title = isMine
    ? endedWell(operation, now, place)
    : `${operation.actor.name} has ended: ${wordsOf(operation, now)}.`;
  const took = operation.ended_at
    ? Date.parse(operation.ended_at) - Date.parse(operation.created_at)
    : 0;
  const isShort = LASTING_FOR_ACTOR.includes(operation.kind);
  return {
    tone: "success",
    title: isShort ? title : `${title} It took ${duration(took)}.`,
    hint: "",
  };
}

// Of an operation that changes no data.
export function endTitle(operation: Operation, me: CurrentUser, now: number): string {
  if (operation.actor.id === me.id)
    return endedWell(operation, now, { other: null, isStopped: false });
  return `${operation.actor.name} is done: ${wordsOf(operation, now)}.`;
}

function endedWell(operation: Operation, now: number, place: Place): string {
  const { kind, parent, branch } = operation;
  // A time that was gone to is said as exactly as it was given; what has a name needs it less.
  const say = parent && / as of /.test(parent.words) ? exactMoment : moment;
  const at = parent ? say(Date.parse(parent.at), now) : "";
  const { subject, isPlural, after } = subjectOf(place);
  if (parent && kind === "refresh")
    return after
      ? `${subject} is the newest of production, of ${at}${after}.`
      : `${subject} ${isPlural ? "have" : "has"} the newest data of production, of ${at}.`;
  if (parent && RESTORING.includes(kind))
    return `${subject} ${isPlural ? "are" : "is"} back at ${backAt(parent.words, at, now)}${after}.`;
  if (kind === "create_branch" && branch) return `Branch “${branch.name}” is ready.`;
  if (kind === "bookmark") return `Bookmarked${named(operation.words)}.`;
  if (kind === "activate_branch" && branch) return `You are on branch “${branch.name}”.`;
  return ENDED[kind] ?? `Done: ${wordsOf(operation, now)}.`;
}

// Of what stays down only the data is back.
function subjectOf({ other, isStopped }: Place) {
  if (isStopped)
    return {
      subject: other ? `The data of “${other.name}”` : "Your data",
      isPlural: false,
      after: `; ${other ? "the branch" : "this container"} is stopped`,
    };
  if (other) return { subject: `Branch “${other.name}”`, isPlural: false, after: "" };
  return { subject: "You", isPlural: true, after: "" };
}

// ` “clean base”` of `bookmark qa as "clean base"`.
function named(words: string): string {
  const name = / as "(.*)"/.exec(words)?.[1];
  return name ? ` “${name}”` : "";
}

// Whether its end is worth a place on the page; what is only named or noted shows by itself.
export function hasLastingEnd(operation: Operation, me: CurrentUser): boolean {
  const { kind, state, actor } = operation;
  if (state !== "succeeded" || replacesData(kind) || LASTING.includes(kind)) return true;
  return actor.id === me.id && LASTING_FOR_ACTOR.includes(kind);
}

// “clean base”, Wed 14:03; without a name only the time.
function backAt(words: string, at: string, now: number): string {
  const origin = originWords(words, "", now);
  if (origin.startsWith("before the ")) return `${at}, ${origin}`;
  return origin.startsWith("“") ? `${origin}, ${at}` : at;
}

// With its times as they are said everywhere else.
function wordsOf({ words }: Operation, now: number): string {
  return withLocalTimes(words, now);
}
