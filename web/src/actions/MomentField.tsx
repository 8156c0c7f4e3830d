// SPDX-License-Identifier: Apache-2.0
import { readTime } from "@/model/read_time";
import { ago, exactMoment } from "@/model/time";
import { TextField, useNow } from "@/ui";

// A time as people write it, and how it is understood.
export function MomentField({
  value,
  onChange,
  range,
}: {
  value: string;
  onChange: (value: string) => void;
  range?: string; // what can be chosen, e.g. "from 12:00:07 to now"
}) {
  const now = useNow();
  const at = readTime(value, Date.now());
  const examples = "For example 14:03:07, yesterday 18:00, 2026-11-29 14:03 or 10 min ago";
  return (
    <TextField
      label="Time"
      autoFocus
      value={value}
      onChange={onChange}
      hint={
        at === null
          ? `${examples}${range ? `; ${range}` : ""}.`
          : `That is ${exactMoment(at, now)} (${ago(at, now)})${range ? `. Possible: ${range}` : ""}.`
      }
    />
  );
}
