// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { failuresAmong } from "./failures";
import { historyOf } from "./history";
import { dataOf } from "./situation";
import { bookmark, iso, NOW, operation, timeline } from "./test_data";

const failed = operation({ id: "op_2", state: "failed", created_at: iso(20) });

describe("An act that failed", () => {
  it("is a moment of its branch, at the time at which it was tried, with the data of that time", () => {
    const history = historyOf([timeline({ bookmarks: [bookmark()] })], NOW, [failed]);
    const items = history.lanes[0]?.items ?? [];
    expect(items.map(({ kind }) => kind)).toEqual(["began", "bookmark", "failed", "now"]);
    const item = history.byId.get("op_2");
    expect(item?.title).toBe("Could not restore qa to “clean base”");
    expect(item && dataOf(item)).toEqual({
      time: iso(20),
      branch: "brn_default",
      accept_earlier: true,
    });
  });

  it("is not shown on another branch, nor before what is known of its own", () => {
    const elsewhere = { ...failed, branch: { id: "brn_bug", name: "bug" } };
    const before = { ...failed, created_at: iso(90) };
    const history = historyOf([timeline()], NOW, [elsewhere, before]);
    expect(history.lanes[0]?.items.map(({ kind }) => kind)).toEqual(["began", "now"]);
  });

  it("is one that would have changed the data, and has not", () => {
    const others = [
      operation(),
      operation({ state: "canceled" }),
      operation({ kind: "stop", state: "failed" }),
    ];
    expect(failuresAmong([...others, failed])).toEqual([failed]);
  });
});
