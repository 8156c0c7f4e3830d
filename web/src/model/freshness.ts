// SPDX-License-Identifier: Apache-2.0
// How old a branch's data of production is, beside the newest that Refresh would give it. Pure.
import type { Segment, Template } from "@/api/types";
import type { History, Item } from "./history";
import { isOfProduction } from "./history_words";
import { exactMoment, moment } from "./time";

// When production had the data that the branch's goes back to, in milliseconds since 1970. Nothing
// where the history that is shown does not reach back to it.
export function productionTimeOf(history: History, branch: string): number | null {
  const lane = history.lanes.find((one) => one.id === branch);
  let begun = lane?.items.findLast((item) => item.begun)?.begun;
  // A segment begins with older data than itself, so this comes to an end; no further than there are.
  for (let left = history.byId.size; begun && left > 0; left--) {
    const at = ofProduction(begun);
    if (at !== null) return at;
    begun = beginningBefore(history, begun);
  }
  return null;
}

function ofProduction({ parent }: Segment): number | null {
  if (!parent || !isOfProduction(parent.words)) return null;
  const asOf = / as of (\S+)$/.exec(parent.words)?.[1];
  return Date.parse(asOf ?? parent.at);
}

// How the segment began in which the data of the other is from.
function beginningBefore(history: History, begun: Segment): Segment | undefined {
  const source = history.byId.get(history.byId.get(begun.id)?.cameFrom ?? "");
  return source && beginningOf(history, source);
}

function beginningOf(history: History, item: Item): Segment | undefined {
  return item.begun ?? history.byId.get(item.segment)?.begun;
}

// "Production: 02:49, you have 02:07"; nothing where the template's newest data is not known.
export function freshnessWords(
  template: Pick<Template, "newest_at"> | undefined,
  yours: number | null,
  now: number,
): string {
  if (!template?.newest_at) return "";
  const newest = Date.parse(template.newest_at);
  // Within one minute only the seconds tell them apart.
  const isClose = yours !== null && moment(yours, now) === moment(newest, now);
  const say = isClose && yours !== newest ? exactMoment : moment;
  const words = `Production: ${say(newest, now)}`;
  if (yours === null) return words;
  return yours >= newest ? `${words}, which you have` : `${words}, you have ${say(yours, now)}`;
}
