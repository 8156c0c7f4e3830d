// SPDX-License-Identifier: Apache-2.0
// Things of the interface for tests; each test says only what it is about.
import type { Bookmark, Container, CurrentUser, Operation, Timeline } from "@/api/types";

export const NOW = Date.parse("2026-11-22T12:00:00Z");
export const QA: CurrentUser = { id: "usr_qa", name: "qa", role: "member" };
export const DEV: CurrentUser = { id: "usr_dev", name: "dev", role: "member" };
export const ADMIN: CurrentUser = { id: "usr_admin", name: "admin", role: "admin" };

export function iso(minutesAgo: number): string {
  return new Date(NOW - minutesAgo * 60_000).toISOString();
}

export function container(change: Partial<Container> = {}): Container {
  return {
    id: "ctr_qa",
    name: "qa",
    template: { id: "tpl_employees", name: "employees" },
    active_branch: { id: "brn_default", name: "default" },
    state: "running",
    operation: null,
    members: [{ user: QA.id, name: "qa", role: "owner" }],
    my_role: "owner",
    endpoints: [],
    running_beside: 0,
    lock: null,
    quota: null,
    present: [],
    created_at: iso(600),
    ...change,
  };
}

export function operation(change: Partial<Operation> = {}): Operation {
  return {
    id: "op_1",
    kind: "restore",
    words: 'restore qa to bookmark "clean base"',
    state: "succeeded",
    actor: { id: QA.id, name: "qa" },
    container: { id: "ctr_qa", name: "qa" },
    template: null,
    source: null,
    branch: { id: "brn_default", name: "default" },
    parent: null,
    point: null,
    positions: {},
    steps: [],
    progress: "",
    failure: null,
    cancel_requested: false,
    created_at: iso(10),
    ended_at: iso(9),
    ...change,
  };
}

export function bookmark(change: Partial<Bookmark> = {}): Bookmark {
  return {
    id: "bmk_1",
    name: "clean base",
    container: { id: "ctr_qa", name: "qa" },
    template: { id: "tpl_employees", name: "employees" },
    branch: { id: "brn_default", name: "default" },
    creator: { id: QA.id, name: "qa" },
    note: "",
    tags: [],
    audience: "only_container",
    shared_with: [],
    at: iso(30),
    created_at: iso(30),
    expires_at: null,
    point: "pnt_1",
    positions: {},
    ...change,
  };
}

type Segment = Timeline["segments"][number];

export function segment(change: Partial<Segment> = {}): Segment {
  return {
    id: "seg_1",
    branch: "brn_default",
    previous: null,
    kind: "created",
    began_at: iso(60),
    parent: { point: "pnt_0", at: iso(61), words: "the newest data of employees" },
    operation: null,
    safety_point: null,
    template_version: 1,
    ...change,
  };
}

export function timeline(change: Partial<Timeline> = {}): Timeline {
  const branch = {
    id: "brn_default",
    name: "default",
    active: true,
    state: "running" as const,
    created_at: iso(60),
  };
  return {
    branch,
    branches: [branch],
    segments: [segment()],
    points: [],
    bookmarks: [],
    range: { first: null, last: null },
    ...change,
  };
}
