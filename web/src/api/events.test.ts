// SPDX-License-Identifier: Apache-2.0
import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { connection, follow } from "./events";
import { session, sessionEnded, sessionOpened } from "./session";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("whoever logs in again is connected at once, and no longer told of a lost connection", async () => {
  vi.useFakeTimers();
  const fetched = vi.fn(async (..._: unknown[]) => new Response(null, { status: 401 }));
  vi.stubGlobal("fetch", fetched);
  sessionOpened();
  const leave = follow(new QueryClient(), null);
  // Refused again and again, with longer and longer waits between.
  await vi.advanceTimersByTimeAsync(30_000);
  sessionEnded();
  expect(session.get()).toBe("ended");
  expect(connection.get().lostAt).not.toBeNull();

  const tries = fetched.mock.calls.length;
  fetched.mockImplementation(async () => new Response(new ReadableStream()));
  sessionOpened();
  expect(connection.get().lostAt).toBeNull();
  await vi.advanceTimersByTimeAsync(0);
  expect(fetched.mock.calls.length).toBe(tries + 1);
  expect(connection.get().isStanding).toBe(true);
  leave();
});
