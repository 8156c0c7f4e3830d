// SPDX-License-Identifier: Apache-2.0
// The timeline under fingers: two come closer and go farther, one moves it, and none selects.
import assert from "node:assert/strict";
import type { CDPSession } from "playwright-core";
import type { Visitor } from "./browser.ts";
import { scene } from "./scene.ts";

interface Finger {
  from: number;
  to: number;
}
const STEPS = 8;

// Fingers that go along the timeline, all at once.
async function glide(session: CDPSession, y: number, fingers: Finger[]) {
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", share: number) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints:
        type === "touchEnd"
          ? []
          : fingers.map(({ from, to }, id) => ({ x: from + (to - from) * share, y, id })),
    });
  await touch("touchStart", 0);
  for (let step = 1; step <= STEPS; step++) await touch("touchMove", step / STEPS);
  await touch("touchEnd", 1);
}

// Where the beginning and the bookmark stand, once nothing moves.
async function places(visitor: Visitor): Promise<{ began: number; named: number }> {
  await visitor.settle();
  const middleOf = async (name: RegExp) => {
    const box = await visitor.timeline.getByRole("option", { name }).boundingBox();
    return box ? box.x + Math.min(box.width, 24) / 2 : Number.NaN;
  };
  return { began: await middleOf(/Branch began/), named: await middleOf(/“named”/) };
}

const widthOf = ({ began, named }: { began: number; named: number }) => named - began;

scene(
  "two fingers zoom the timeline, one moves it, and only a tap selects",
  "touch",
  async ({ installation, come }) => {
    await installation.addContainer("touched", { owner: "qa" });
    await installation.server.act("POST", "/containers/touched/bookmarks", { name: "named" });
    const qa = await come({ user: "qa", path: "/containers/touched", hasTouch: true });
    await qa.seesContainer("touched");
    const session = await qa.context.newCDPSession(qa.page);
    const box = await qa.timeline.boundingBox();
    if (!box) throw new Error("there is no timeline");
    const y = box.y + box.height - 8;

    const first = await places(qa);
    const near = first.began - 30;
    const far = first.named + 30;
    await glide(session, y, [
      { from: near, to: near - 60 },
      { from: far, to: far + 60 },
    ]);
    const closer = await places(qa);
    assert.ok(widthOf(closer) > 1.5 * widthOf(first), JSON.stringify({ first, closer }));
    await qa.shot("closer");

    await glide(session, y, [{ from: closer.named, to: closer.named - 100 }]);
    const moved = await places(qa);
    assert.ok(moved.named < closer.named - 80, JSON.stringify({ closer, moved }));
    await qa.sees("Now – your current data", qa.selected);

    await glide(session, y, [
      { from: near - 60, to: near },
      { from: far + 60, to: far },
    ]);
    const farther = await places(qa);
    assert.ok(widthOf(farther) < widthOf(closer) / 1.5, JSON.stringify({ closer, farther }));
    await qa.sees("Now – your current data", qa.selected);

    await qa.timeline.getByRole("option", { name: /“named”/ }).tap();
    await qa.sees("Bookmark “named”", qa.selected);
  },
);
