// SPDX-License-Identifier: Apache-2.0
// A stream of server-sent events, read as the HTML standard says an EventSource reads it; which cannot
// send the page's key.
import { pageKey } from "./page_key";

export interface Listener {
  // The stream stands.
  opened(): void;
  event(topic: string): void;
  // It has ended or could not be had. `refused`: the server answered, and said no.
  lost(refused: boolean): void;
}

export interface Stream {
  // Asks for it, after what it has told already.
  open(): void;
  close(): void;
}

export function streamOf(path: string, listener: Listener): Stream {
  let asked: AbortController | undefined;
  let lastId = "";

  const read = async (signal: AbortSignal) => {
    const headers = {
      Accept: "text/event-stream",
      ...pageKey.headers(),
      ...(lastId && { "Last-Event-ID": lastId }),
    };
    const answer = await fetch(path, { headers, cache: "no-store", signal });
    if (!answer.ok || !answer.body) {
      lastId = "";
      return true;
    }
    listener.opened();
    const take = eventParser((topic, id) => {
      lastId = id;
      listener.event(topic);
    });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return false;
      take(value);
    }
  };

  return {
    open() {
      asked?.abort();
      const own = new AbortController();
      asked = own;
      read(own.signal)
        .catch(() => false)
        .then((refused) => {
          if (!own.signal.aborted) listener.lost(refused);
        });
    },
    close() {
      asked?.abort();
    },
  };
}

// Takes the text in pieces of any size, and tells of each event that is whole.
export function eventParser(tell: (topic: string, id: string) => void): (piece: string) => void {
  let rest = "";
  let id = "";
  let topic = "";
  let hasData = false;
  const line = (text: string) => {
    if (text === "") {
      if (hasData) tell(topic || "message", id);
      topic = "";
      hasData = false;
      return;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "event") topic = value;
    else if (field === "id" && !value.includes("\0")) id = value;
    else if (field === "data") hasData = true;
  };
  return (piece) => {
    rest += piece;
    // A carriage return at the end may be half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const one of lines) line(one);
  };
}
