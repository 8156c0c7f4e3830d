// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { Trashed } from "@/api/types";
import { nextActs, whyNotOpened } from "./next_acts";
import { bookmark, container, DEV, iso, operation, QA } from "./test_data";

const OURS = bookmark({ name: "clean base", point: "pnt_1" });
const known = { container: container(), me: QA, bookmarks: [OURS], trash: [] };
const bookmarked = operation({
  kind: "bookmark",
  words: 'bookmark qa as "clean base"',
  point: "pnt_1",
});
const withDev = container({
  members: [
    { user: QA.id, name: "qa", role: "owner" },
    { user: DEV.id, name: "dev", role: "viewer" },
  ],
});

describe("After an act the next one is offered", () => {
  it("to share what was bookmarked, and its address once somebody else can open it", () => {
    expect(nextActs(bookmarked, known)).toEqual([{ kind: "share", bookmark: OURS }]);
    expect(nextActs(bookmarked, { ...known, container: withDev }).map(({ kind }) => kind)).toEqual([
      "share",
      "copyAddress",
    ]);
    const shared = { ...OURS, audience: "everyone" as const };
    expect(nextActs(bookmarked, { ...known, bookmarks: [shared] })).toEqual([
      { kind: "copyAddress", bookmark: shared },
    ]);
  });

  it("of several bookmarks on one point, for that which was made", () => {
    const other = bookmark({ id: "bmk_2", name: "another", point: "pnt_1" });
    const acts = nextActs(bookmarked, { ...known, bookmarks: [other, OURS] });
    expect(acts).toEqual([{ kind: "share", bookmark: OURS }]);
  });

  it("to copy the address of what was shared, before the list says that it is", () => {
    const share = operation({
      kind: "share_bookmark",
      words: 'share bookmark "clean base" of qa with everyone',
      point: "pnt_1",
    });
    expect(nextActs(share, known)).toEqual([{ kind: "copyAddress", bookmark: OURS }]);
  });

  it("to bring back what was deleted, the newest of that name", () => {
    const remove = operation({ kind: "delete_bookmark", words: 'delete bookmark "old" of qa' });
    const trashed = (id: string, minutesAgo: number, name = "old", of = "ctr_qa"): Trashed => ({
      id,
      kind: "bookmark",
      name,
      container: { id: of, name: "qa" },
      template: { id: "tpl_employees", name: "employees" },
      deleted_by: "qa",
      deleted_at: iso(minutesAgo),
      purged_at: iso(-60),
    });
    const trash = [
      trashed("bmk_before", 50),
      trashed("bmk_now", 9),
      trashed("bmk_other", 1, "new"),
      trashed("bmk_elsewhere", 1, "old", "ctr_dev"),
    ];
    expect(nextActs(remove, { ...known, trash })).toEqual([
      { kind: "bringBack", thing: "bmk_now" },
    ]);
    expect(nextActs(operation({ kind: "delete_branch" }), known)).toEqual([
      { kind: "bringBack", thing: "brn_default" },
    ]);
  });

  it("to nobody else, and not after a failure", () => {
    expect(nextActs(bookmarked, { ...known, me: DEV })).toEqual([]);
    expect(nextActs({ ...bookmarked, state: "failed" }, known)).toEqual([]);
  });
});

describe("An address", () => {
  it("is of no use as long as nobody else can open it", () => {
    expect(whyNotOpened(OURS, container(), QA)).toContain("Share it first");
    expect(whyNotOpened(OURS, withDev, QA)).toBeNull();
    expect(whyNotOpened({ ...OURS, audience: "named" }, container(), QA)).toBeNull();
  });
});
