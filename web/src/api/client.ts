// SPDX-License-Identifier: Apache-2.0
// The daemon's interface, typed from api/openapi.yaml. Every error becomes a `Problem`.
import createClient from "openapi-fetch";
import { pageKey } from "./page_key";
import { endedSession, hasCode, noAnswer, Problem } from "./problem";
import type { paths } from "./schema";
import { sessionEnded } from "./session";

const RETRY_AFTER_MS = 700;

export const client = createClient<paths>({ baseUrl: "/api/v1", fetch: send });

client.use({
  // The same key gives the same operation, so a change whose answer got lost can be asked for again.
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("Idempotency-Key", randomKey());
    for (const [name, value] of Object.entries(pageKey.headers())) request.headers.set(name, value);
    return request;
  },
});

// Once more where the connection broke: reading changes nothing, and changes carry a key.
async function send(request: Request): Promise<Response> {
  const again = request.clone();
  try {
    return await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    await new Promise((wake) => setTimeout(wake, RETRY_AFTER_MS));
    return fetch(again);
  }
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

// What was asked for, or the problem thrown. An ended session is told to the whole page; a wrong
// password is no ended session.
export async function answered<Data>(
  request: Promise<Answer<Data>>,
  isLogin = false,
): Promise<Data> {
  try {
    const { data, error, response } = await request;
    if (!response.ok) throw new Problem(response.status, asBody(error));
    return data as Data;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    if (!(error instanceof Problem)) throw noAnswer();
    if (hasCode(error, "unauthenticated") && !isLogin && sessionEnded()) throw endedSession();
    throw error;
  }
}

function asBody(error: unknown): object {
  return typeof error === "object" && error !== null ? error : {};
}
