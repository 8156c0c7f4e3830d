// SPDX-License-Identifier: Apache-2.0
// The timeline over time: what a page that is left open shows later.
import assert from "node:assert/strict";
import type { Visitor } from "./browser.ts";
import { scene } from "./scene.ts";

// True if the mark can be seen: it lies within the plot.
async function isInView(visitor: Visitor, name: RegExp): Promise<boolean> {
  const plot = await visitor.timeline.boundingBox();
  const mark = visitor.timeline.getByRole("option", { name }).first();
  if (!plot || (await mark.count()) === 0) return false;
  const box = await mark.boundingBox();
  return box !== null && box.x >= plot.x && box.x + box.width <= plot.x + plot.width;
}

scene(
  "a timeline that is left open keeps its marks in view, and says what lies beyond once it is zoomed",
  "timeline-over-time",
  async ({ installation, come }) => {
    await installation.addContainer("young", { owner: "qa" });
    const bookmark = (name: string) =>
      installation.server.act("POST", "/containers/young/bookmarks", { name });
    await bookmark("first");
    await bookmark("second");
    const qa = await come({ user: "qa" });
    await qa.page.clock.install({ time: Date.now() });
    await qa.page.goto("/containers/young");
    await qa.seesContainer("young");
    await qa.timeline.getByRole("option", { name: /first/ }).first().waitFor();
    assert.equal(await isInView(qa, /first/), true, "at first");

    await qa.page.clock.fastForward("30:00");
    await qa.page.clock.runFor(2000);
    assert.equal(await isInView(qa, /first/), true, "half an hour later");
    await qa.shot("half an hour later");

    // Who zooms sees what he zoomed to, and how much there is besides.
    await qa.page.getByTitle("Zoom in (+)").click();
    await qa.page.clock.runFor(1000);
    await qa.page.getByTitle("Zoom in (+)").click();
    await qa.page.clock.runFor(1000);
    const beyond = qa.page.getByText("2 bookmarks", { exact: false });
    await beyond.waitFor();
    await qa.shot("zoomed");
    await beyond.click();
    await qa.page.clock.runFor(1000);
    assert.equal(await isInView(qa, /second/), true, "after a click on what lies beyond");
  },
);
