// SPDX-License-Identifier: Apache-2.0
// Whether the server knows who we are. It ends by logging out, by its age, or when somebody sets
// another password; what is on the page stays, and a dialog asks to log in again.
import { createStore } from "./store";

export type Session = "unknown" | "open" | "ended";

export const session = createStore<Session>("unknown");

export function sessionOpened() {
  session.set("open");
}

// Whether a session has ended. Before the first login there is none, and a page for that.
export function sessionEnded(): boolean {
  if (session.get() === "open") session.set("ended");
  return session.get() === "ended";
}

export function sessionClosed() {
  session.set("unknown");
}
