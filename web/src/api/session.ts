// Whether the server knows who we are. It ends by logging out, by its age, or when somebody sets
// another password; what is on the page stays, and a dialog asks to log in again.
import { createStore } from "./store";

export type Session = "unknown" | "open" | "ended";

export const session = createStore<Session>("unknown");

export function sessionOpened() {
  session.set("open");
}

// Only a session that was open can end: before the first login there is a page for it.
export function sessionEnded() {
  if (session.get() === "open") session.set("ended");
}

export function sessionClosed() {
  session.set("unknown");
}
