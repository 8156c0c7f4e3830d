// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";
import { announce } from "./announcer";
import { Button, IconButton } from "./Button";
import { CheckIcon, CopyIcon } from "./icons";

// Puts text on the clipboard, also where the page is not served over TLS and the browser's own
// interface for it is missing.
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.className = "visually-hidden";
  // Beside what has the focus: a dialog does not let it leave.
  (focused?.parentElement ?? document.body).append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isDone;
}

const SHOWN_MS = 1500;

interface CopyButtonProps {
  text: string;
  label: string; // what is copied: "Copy the address"
  // The words of the button; without them it is an icon.
  words?: string;
  size?: "medium" | "small";
}

export function CopyButton({ text, label, words, size = "small" }: CopyButtonProps) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  const act = async () => {
    const done = await copy(text);
    setDone(done);
    announce(done ? "Copied." : "The browser does not allow to copy.");
  };
  const icon = isDone ? <CheckIcon /> : <CopyIcon />;
  if (!words) {
    return (
      <IconButton label={label} size={size} onClick={act} data-tip={isDone ? "Copied" : label}>
        {icon}
      </IconButton>
    );
  }
  return (
    <Button size={size} icon={icon} onClick={act} aria-label={label}>
      {isDone ? "Copied" : words}
    </Button>
  );
}
