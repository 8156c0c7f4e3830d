import { useState } from "react";
import type { Lane } from "@/model/history";
import { exactMoment } from "@/model/time";
import { FormDialog, TextField, useNow } from "@/ui";
import { dayOf } from "./ExpiryField";

interface Props {
  lane: Lane;
  onGoTo: (at: number) => Promise<void>;
  onClose: () => void;
}

// Asks for a time, to select that moment or, where nothing leads there, the newest before it. Outside of what can be gone back to,
// it says the range.
export function GoToTimeDialog({ lane, onGoTo, onClose }: Props) {
  const now = useNow();
  const [day, setDay] = useState(() => dayOf(new Date()));
  const [time, setTime] = useState("");
  const first = lane.items[0]?.at ?? now;
  const range = `from ${exactMoment(first, now)} to now`;
  const go = async () => {
    const at = Date.parse(`${day}T${time}`);
    if (Number.isNaN(at)) throw new Error(`This is no time. Choose one ${range}.`);
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
      description={`Selects that moment on branch “${lane.name}”, to the second where its databases keep a log. Choose a time ${range}.`}
      submit="Go"
      canSubmit={day !== "" && time !== ""}
      onSubmit={go}
    >
      <TextField label="Day" type="date" value={day} onChange={setDay} />
      <TextField label="Time" type="time" step={1} autoFocus value={time} onChange={setTime} />
    </FormDialog>
  );
}
