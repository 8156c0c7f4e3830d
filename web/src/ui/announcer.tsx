// SPDX-License-Identifier: Apache-2.0
// Short messages: spoken by screen readers, and shown for a few seconds where they say more than
// the page does. What stays important is shown in the page itself, never only here.
import { useSyncExternalStore } from "react";
import styles from "./announcer.module.css";

interface Message {
  id: number;
  words: string;
  isShown: boolean;
}

let messages: Message[] = [];
let count = 0;
const listeners = new Set<() => void>();
const KEPT_MS = 5000;

function change(next: Message[]) {
  messages = next;
  for (const listener of listeners) listener();
}

function add(words: string, isShown: boolean) {
  const message = { id: ++count, words, isShown };
  change([...messages.filter((other) => other.words !== words), message]);
  setTimeout(() => change(messages.filter((other) => other.id !== message.id)), KEPT_MS);
}

// Spoken only: the page shows it already.
export function announce(words: string) {
  add(words, false);
}

// Spoken, and shown for a moment.
export function toast(words: string) {
  add(words, true);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

// Once in the page, outside of what is re-made.
export function Announcer() {
  const current = useSyncExternalStore(subscribe, () => messages);
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {current.map((message) => (
        <p key={message.id} className={message.isShown ? styles.toast : "visually-hidden"}>
          {message.words}
        </p>
      ))}
    </div>
  );
}
