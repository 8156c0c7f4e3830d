// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import type { Lane } from "@/model/history";
import { readTime } from "@/model/read_time";
import { exactMoment } from "@/model/time";
import { FormDialog, useNow } from "@/ui";
import { MomentField } from "./MomentField";

interface Props {
  lane: Lane;
  onGoTo: (at: number) => Promise<void>;
  onClose: () => void;
}

// Asks for a time, to select that moment or, where nothing leads there, the newest before it. Says
// what can be gone back to.
export function GoToTimeDialog({ lane, onGoTo, onClose }: Props) {
  const now = useNow();
  const [text, setText] = useState("");
  const first = lane.items[0]?.at ?? now;
  const range = `from ${exactMoment(first, now)} to now`;
  const go = async () => {
    const at = readTime(text, Date.now());
    if (at === null) throw new Error(`“${text}” is no time. Choose one ${range}.`);
    if (at < first || at > Date.now()) {
      throw new Error(`Branch “${lane.name}” has no data of that time. Choose a time ${range}.`);
    }
    await onGoTo(at);
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="Go to time"
      description={`Selects that moment on branch “${lane.name}”, to the second where its databases keep a log.`}
      submit="Go"
      isFollowed
      canSubmit={text.trim() !== ""}
      onSubmit={go}
    >
      <MomentField value={text} onChange={setText} range={range} />
    </FormDialog>
  );
}
