// SPDX-License-Identifier: Apache-2.0
// The sizes that layout and drawing share, in pixels. Whatever is clicked is at least 24 x 24 or has
// that much room (WCAG 2.2, 2.5.8).
export const target = 24;
export const gap = 4;
export const rowHeight = target + gap; // of flags
export const lineHeight = 32; // the row with the line, its points and pills
export const cell = 48; // of the grid in which points merge
export const pillMax = 40;
export const labelMin = 44; // a narrower label says nothing
export const labelMax = 260; // "Branch began from production, Wed 14:03"
export const letter = 6.7; // about the width of one in a label
export const axisHeight = 44;
export const arcRoom = 22;
export const nowRoom = 16; // on both sides of now's middle
export const laneColours = 6; // those of the style sheet
export const lanesThatFit = 4; // more are scrolled
export const topRoom = 8; // above the highest row of flags

// Of a stack of so many: an icon and the digits.
export function stackWidth(count: number): number {
  return 38 + 8 * countWords(count).length;
}

// As pills and stacks show it: "12", "1.2k".
export function countWords(count: number): string {
  if (count < 1000) return String(count);
  return `${count < 9950 ? (count / 1000).toFixed(1) : Math.round(count / 1000)}k`;
}
