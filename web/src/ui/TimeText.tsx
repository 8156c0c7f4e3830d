// SPDX-License-Identifier: Apache-2.0
import { ago, exactMoment, moment } from "@/model/time";
import { useNow } from "./useNow";

interface TimeTextProps {
  at: string | number;
  // Both, by default: "Wed 14:03 - 4 days ago".
  show?: "both" | "moment" | "ago";
  // The keyboard can stop here to read the exact time.
  isFocusable?: boolean;
  // With seconds.
  isToTheSecond?: boolean;
}

// A moment in the browser's zone; the exact time in UTC on hover and focus.
export function TimeText({ at, show = "both", isFocusable, isToTheSecond }: TimeTextProps) {
  const now = useNow();
  const time = typeof at === "number" ? at : Date.parse(at);
  const exact = new Date(time).toISOString();
  const when = isToTheSecond ? exactMoment(time, now) : moment(time, now);
  const words = {
    both: `${when} · ${ago(time, now)}`,
    moment: when,
    ago: ago(time, now),
  };
  return (
    <time dateTime={exact} data-tip={exactly(exact)} {...(isFocusable && { tabIndex: 0 })}>
      {words[show]}
      {isFocusable && <span className="visually-hidden">, exactly {exactly(exact)}</span>}
    </time>
  );
}

function exactly(iso: string): string {
  return iso.replace("T", " ").replace("Z", " UTC");
}
