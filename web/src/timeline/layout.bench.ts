// SPDX-License-Identifier: Apache-2.0
// `npx vitest bench --run`: the layout of a long history, for each frame of zooming and of moving.
import { expect, test } from "vitest";
import { layout } from "./layout";
import { longHistory } from "./made_up";
import { extentOf, fitAll, initialView, panned, type View } from "./view";

const now = Date.UTC(2026, 10, 22, 12);
const history = longHistory(10_000, 500, now);
const { lanes } = history;
const extent = extentOf(lanes, now);
const options = { width: 1600, now, lanes };
let turn = 0;

// Another scale at each call: nothing that was kept helps.
function nextZoom(view: View): View {
  turn = (turn + 1) % 1000;
  return { from: view.from + turn * 1000, to: view.to };
}

let moving = initialView(lanes, extent);
const frames = {
  "zooming over everything": () => layout(history, nextZoom(fitAll(extent)), options),
  "zooming close to now": () => layout(history, nextZoom(initialView(lanes, extent)), options),
  moving: () => {
    turn += 1;
    moving = panned(moving, turn % 100 < 50 ? -5 : 5, options.width, extent);
    layout(history, moving, options);
  },
};

test.for(Object.entries(frames))("%s takes no frame's time", async ([name, frame], { bench }) => {
  const { latency } = await bench(name, () => void frame()).run();
  expect(latency.p99).toBeLessThan(10); // milliseconds
});
