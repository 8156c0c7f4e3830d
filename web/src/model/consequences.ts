// SPDX-License-Identifier: Apache-2.0
// What each act does to the data, in the page's words.
import type { ActionId } from "./action_ids";
import {
  currentSegment,
  dataWords,
  isElsewhere,
  isOtherNow,
  isShared,
  laneName,
  resetTarget,
  type Situation,
} from "./situation";

const UNDONE: Record<string, string> = {
  restored: "restore",
  refreshed: "refresh",
  reset: "reset",
  undone: "undo",
};

const COMES_BACK = "What you have now stays on the timeline, so you can come back.";

// What the act changes, at the beginning of a sentence.
function yourData({ target }: Situation): string {
  return target.isActive ? "Your data" : `The data of “${target.name}”`;
}

function comesBack({ target }: Situation): string {
  return target.isActive
    ? COMES_BACK
    : "What it has now stays on the timeline, so it can come back.";
}

const UNINTERRUPTED = "Nothing is interrupted.";

// In one sentence; and what becomes of the rest.
export const consequences: Record<
  ActionId,
  (situation: Situation) => [gist: string, kept?: string]
> = {
  bookmark: (situation) =>
    situation.item.kind === "now" && !isOtherNow(situation)
      ? [
          `${yourData(situation)} as it is now gets a name to come back to.`,
          situation.areBookmarksExact ? "The databases stop for a moment." : UNINTERRUPTED,
        ]
      : [`The data of ${dataWords(situation)} gets a name, and is kept.`, UNINTERRUPTED],
  restore: (situation) =>
    isElsewhere(situation.item)
      ? [`${yourData(situation)} becomes that of ${dataWords(situation)}.`, comesBack(situation)]
      : situation.item.lane !== situation.target.id
        ? [
            `“${situation.target.name}” gets the data of “${laneName(situation)}”, ${dataWords(situation)}.`,
            comesBack(situation),
          ]
        : [
            `${yourData(situation)} goes back to ${dataWords(situation)}.`,
            `Everything after it stays on the timeline, so ${situation.target.isActive ? "you" : "it"} can come back.`,
          ],
  branch: (situation) => [
    `A new branch begins with the data of ${dataWords(situation)} and becomes active.`,
    `“${situation.container.active_branch.name}” is kept as it is.`,
  ],
  share: ({ item, container }) =>
    isShared(item)
      ? ["Choose who sees it, or stop sharing it.", "What others already took stays theirs."]
      : [
          `Others with a container of “${container.template.name}” can take it into a branch of their own.`,
          "Your data stays yours.",
        ],
  undo: (situation) => {
    const kind = UNDONE[currentSegment(situation)?.kind ?? ""] ?? "change";
    return [
      situation.target.isActive
        ? `Takes back the last ${kind}: your data becomes what it was just before it.`
        : `Takes back the last ${kind} of “${situation.target.name}”: its data becomes what it was just before it.`,
      comesBack(situation),
    ];
  },
  refresh: (situation) => [
    `${yourData(situation)} becomes the newest of production.`,
    comesBack(situation),
  ],
  reset: (situation) => [
    `${yourData(situation)} goes back to ${resetTarget(situation) ?? "the last bookmark"}.`,
    comesBack(situation),
  ],
  activate: ({ container }) => [
    "The addresses of this container lead to this branch.",
    `“${container.active_branch.name}” is kept as it is.`,
  ],
  edit: () => ["Changes the name, note, tags, or until when it is kept."],
  delete: () => [
    "It goes to the trash, from where it can come back.",
    "Branches made from it live on.",
  ],
};
