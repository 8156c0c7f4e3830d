// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { Timeline } from "@/api/types";
import { actionsOf, reasonsOf } from "./actions";
import { historyOf, unknownHistory } from "./history";
import { dataOf, itemOfAvailable, type Situation } from "./situation";
import {
  ADMIN,
  bookmark,
  container,
  DEV,
  iso,
  NOW,
  operation,
  QA,
  segment,
  timeline,
} from "./test_data";

function situation(
  id: string,
  change: Partial<Situation> = {},
  timelines: Timeline[] = [timeline()],
): Situation {
  const history = historyOf(timelines, NOW);
  const item = history.byId.get(id);
  if (!item && !change.item) throw new Error(`no item ${id}`);
  return {
    container: container(),
    target: DEFAULT,
    me: QA,
    history,
    operations: [],
    now: NOW,
    ...(item && { item }),
    ...change,
  } as Situation;
}

const DEFAULT = { id: "brn_default", name: "default", isActive: true };
const BUG = { id: "brn_bug", name: "bug", isActive: false };
const NOW_ITEM = "now:brn_default";
const withBookmark = [timeline({ bookmarks: [bookmark()] })];

describe("What can be done", () => {
  it("is to bookmark, branch and refresh what is now, but not to restore it", () => {
    const actions = actionsOf(situation(NOW_ITEM));
    expect(actions.bookmark.unavailable).toBeNull();
    expect(actions.branch.unavailable).toBeNull();
    expect(actions.refresh.unavailable).toBeNull();
    expect(actions.restore.unavailable).toContain("You are here");
    expect(actions.share.unavailable).toContain("Only bookmarks can be shared");
  });

  it("interrupts databases for a bookmark only where the template wants exact ones", () => {
    const said = (areBookmarksExact: boolean) =>
      actionsOf(situation(NOW_ITEM, { areBookmarksExact })).bookmark.rest;
    expect(said(false)).toContain("Nothing is interrupted.");
    expect(said(true)).toContain("The databases stop for a moment.");
  });

  it("is told with each reason once, whatever it keeps one from", () => {
    const bar = ["bookmark", "restore", "branch", "share", "undo"] as const;
    const reasons = reasonsOf(actionsOf(situation(NOW_ITEM)), bar);
    expect(reasons.map(({ ids }) => ids)).toEqual([["restore"], ["share"], ["undo"]]);
    const viewer = container({ my_role: "viewer" });
    const looking = situation("bmk_1", { container: viewer, me: ADMIN }, withBookmark);
    expect(reasonsOf(actionsOf(looking), ["bookmark", "restore", "branch"])).toEqual([]);
    const all = actionsOf({ ...looking, me: DEV });
    expect(reasonsOf(all, ["bookmark", "restore", "branch"])).toEqual([
      { ids: ["bookmark", "restore", "branch"], why: all.bookmark.unavailable },
    ]);
  });

  it("is everything with a bookmark of one's own", () => {
    const actions = actionsOf(situation("bmk_1", {}, withBookmark));
    for (const id of ["restore", "branch", "share", "edit", "delete"] as const) {
      expect(actions[id].unavailable).toBeNull();
    }
    expect(actions.restore.consequence).toContain("Your data goes back to “clean base”");
  });

  it("is nothing for a viewer, who is told whom to ask", () => {
    const viewer = container({ my_role: "viewer" });
    const actions = actionsOf(situation("bmk_1", { container: viewer, me: DEV }, withBookmark));
    expect(actions.restore.unavailable).toBe(
      "You may look at this container, but not change it. Ask qa.",
    );
    expect(actions.bookmark.unavailable).not.toBeNull();
  });

  it("is nothing while somebody else has locked it, but an administrator may", () => {
    const lock = { by: DEV.id, by_name: "dev", why: "demo", at: iso(5) };
    const locked = container({ lock });
    expect(actionsOf(situation(NOW_ITEM, { container: locked })).bookmark.unavailable).toContain(
      "Locked by dev: demo",
    );
    expect(
      actionsOf(situation(NOW_ITEM, { container: locked, me: ADMIN })).bookmark.unavailable,
    ).toBeNull();
    expect(
      actionsOf(situation(NOW_ITEM, { container: locked, me: DEV })).bookmark.unavailable,
    ).toBeNull();
  });

  it("waits for what runs, and says whose it is", () => {
    const running = operation({
      state: "running",
      ended_at: null,
      actor: { id: DEV.id, name: "dev" },
    });
    const actions = actionsOf(
      situation(NOW_ITEM, { container: container({ operation: running, state: "busy" }) }),
    );
    expect(actions.bookmark.unavailable).toBe(
      "dev is restoring this container. Wait until it has ended.",
    );
  });

  it("is not to take what is no longer kept", () => {
    const gone = {
      id: "pnt_9",
      segment: "seg_1",
      branch: "brn_default",
      kind: "automatic" as const,
      at: iso(20),
      reachable: false,
      baked: false,
      positions: {},
    };
    const actions = actionsOf(situation("pnt_9", {}, [timeline({ points: [gone] })]));
    expect(actions.restore.unavailable).toContain("no longer kept");
    expect(actions.branch.unavailable).toContain("no longer kept");
  });

  it("is to undo only after the data was replaced", () => {
    expect(actionsOf(situation(NOW_ITEM)).undo.unavailable).toContain("nothing to undo");
    const restored = segment({
      id: "seg_2",
      kind: "restored",
      began_at: iso(10),
      safety_point: "pnt_7",
    });
    const after = [timeline({ segments: [segment(), restored] })];
    expect(actionsOf(situation(NOW_ITEM, {}, after)).undo.unavailable).toBeNull();
    const forced = [timeline({ segments: [segment(), { ...restored, safety_point: null }] })];
    expect(actionsOf(situation(NOW_ITEM, {}, forced)).undo.unavailable).toContain(
      "without a safety point",
    );
  });

  it("is not said to be to undo or reset where the branch's history is not there", () => {
    const history = unknownHistory({ id: "brn_default", name: "default" }, NOW);
    const before = actionsOf(situation(NOW_ITEM, { history }));
    expect(before.bookmark.unavailable).toBeNull();
    expect(before.undo.unavailable).toContain("still being loaded");
    expect(before.reset.unavailable).toContain("still being loaded");
  });

  it("says where Reset goes: the newest bookmark since the data was replaced, else where it came from", () => {
    expect(actionsOf(situation(NOW_ITEM)).reset.consequence).toContain("goes back to production");
    expect(actionsOf(situation(NOW_ITEM, {}, withBookmark)).reset.consequence).toContain(
      "“clean base”",
    );
  });

  it("is everything on a branch that is looked at, active or not, and says whose data it changes", () => {
    const branch = { ...timeline().branch, id: "brn_bug", name: "bug", active: false };
    const restored = segment({
      id: "seg_b",
      branch: "brn_bug",
      kind: "restored",
      safety_point: "pnt_7",
    });
    const kept = bookmark({ id: "bmk_b", branch: { id: "brn_bug", name: "bug" } });
    const bug = timeline({ branch, segments: [restored], bookmarks: [kept] });
    const now = actionsOf(situation("now:brn_bug", { target: BUG }, [bug]));
    for (const id of ["bookmark", "branch", "undo", "refresh", "reset", "activate"] as const) {
      expect(now[id].unavailable).toBeNull();
    }
    expect(now.restore.unavailable).toContain("“bug” is here");
    expect(now.bookmark.gist).toBe("The data of “bug” as it is now gets a name to come back to.");
    expect(now.branch.gist).toContain("begins with the data of “bug” as it is now");
    expect(now.refresh.gist).toBe("The data of “bug” becomes the newest of production.");
    expect(now.undo.gist).toContain("the last restore of “bug”");
    const { restore } = actionsOf(situation("bmk_b", { target: BUG }, [bug]));
    expect(restore.gist).toMatch(/^The data of “bug” goes back to “clean base”/);
  });

  it("is to bookmark the now of another branch than the one that is looked at, and to branch from it", () => {
    const branch = { ...timeline().branch, id: "brn_bug", name: "bug", active: false };
    const bug = timeline({ branch, segments: [segment({ id: "seg_b", branch: "brn_bug" })] });
    const actions = actionsOf(situation("now:brn_bug", {}, [timeline(), bug]));
    expect(actions.activate.unavailable).toBeNull();
    expect(actions.restore.unavailable).toContain("another branch than “default”");
    expect(actions.bookmark.gist).toBe("The data of “bug” as it is now gets a name, and is kept.");
    expect(actions.branch.gist).toContain("begins with the data of “bug” as it is now");
  });

  it("says whose data changes where a moment of another branch is selected", () => {
    const branch = { ...timeline().branch, id: "brn_bug", name: "bug", active: false };
    const marked = timeline({
      branch,
      segments: [segment({ id: "seg_b", branch: "brn_bug" })],
      bookmarks: [bookmark({ id: "bmk_b", branch: { id: "brn_bug", name: "bug" } })],
    });
    const { restore } = actionsOf(situation("bmk_b", {}, [marked, timeline()]));
    expect(restore.gist).toContain("“default” gets the data of “bug”");
  });

  it("is to take what others share, but not to change it", () => {
    const shared = bookmark({
      id: "bmk_2",
      container: { id: "ctr_dev", name: "dev" },
      audience: "everyone",
    });
    const actions = actionsOf(situation("", { item: itemOfAvailable(shared) }));
    expect(actions.branch.unavailable).toBeNull();
    expect(actions.restore.consequence).toContain("“clean base” of dev");
    expect(actions.edit.unavailable).toContain("another container");
    expect(actions.share.unavailable).toContain("another container");
  });

  it("says about how long it takes, once it was done here", () => {
    const done = operation({
      created_at: iso(10),
      ended_at: new Date(Date.parse(iso(10)) + 2100).toISOString(),
    });
    const actions = actionsOf(situation("bmk_1", { operations: [done] }, withBookmark));
    expect(actions.restore.consequence).toMatch(/About 2 seconds\.$/);
    expect(actions.restore.gist).toMatch(/^Your data goes back to [^.]*\.$/);
    expect(actions.branch.consequence).not.toContain("About");
  });
});

describe("The data of a moment", () => {
  it("is a bookmark, a point, or the time at which a branch went on with other data", () => {
    const history = historyOf(withBookmark, NOW);
    const of = (id: string) => {
      const item = history.byId.get(id);
      return item && dataOf(item);
    };
    expect(of("bmk_1")).toEqual({ bookmark: "bmk_1" });
    expect(of("seg_1")).toEqual({ time: iso(60), branch: "brn_default", accept_earlier: true });
    expect(of(NOW_ITEM)).toBeNull();
  });
});
