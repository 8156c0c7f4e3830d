// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { eventParser } from "./stream";

const TEXT =
  "retry: 1000\n\n: heartbeat\n\nid: 7\nevent: ready\ndata: {}\n\nevent: operation\r\ndata: 1\r\ndata: 2\r\n\r\nid: 9\rdata\r\rid: 11\nevent: cut off\n";
const EVENTS = [
  ["ready", "7"],
  ["operation", "7"],
  ["message", "9"],
];

test.each([1, 2, 3, 5, 1000])("events are told once they are whole, in pieces of %d", (size) => {
  const told: string[][] = [];
  const take = eventParser((topic, id) => told.push([topic, id]));
  for (let at = 0; at < TEXT.length; at += size) take(TEXT.slice(at, at + size));
  expect(told).toEqual(EVENTS);
});
