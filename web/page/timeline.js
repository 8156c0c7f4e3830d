// A container's history as a list, newest first: now, points, bookmarks, and what was done. One of
// them is selected; a click only selects.
import { element } from "/dom.js";
import { ago, audience, beginning, moment } from "/words.js";

// What can be selected: { key, kind: "now" | "point" | "bookmark" | "shared" | "act", mark, title,
// note, at, point, bookmark, segment, breaks }.
export function itemsOf(timeline, available) {
  const bookmarks = new Map();
  for (const bookmark of timeline.bookmarks) {
    bookmarks.set(bookmark.point, [...(bookmarks.get(bookmark.point) ?? []), bookmark]);
  }
  const items = [{ key: "now", kind: "now", mark: "●", title: "Now", note: `branch ${timeline.branch.name}` }];
  const segments = [...timeline.segments].sort((a, b) => b.began_at.localeCompare(a.began_at));
  for (const segment of segments) {
    const points = timeline.points.filter((point) => point.segment === segment.id);
    points.sort((a, b) => b.at.localeCompare(a.at));
    for (const point of points) items.push(...itemsOfPoint(point, bookmarks.get(point.id) ?? []));
    items.push(itemOfSegment(segment));
  }
  for (const bookmark of available) items.push(itemOfBookmark(bookmark, "shared"));
  return items;
}

function itemsOfPoint(point, named) {
  if (named.length > 0) return named.map((bookmark) => itemOfBookmark(bookmark, "bookmark", point));
  const titles = { safety: "Safety point", synced: "Newest data fetched", bookmark: "Point of a deleted bookmark" };
  return [{
    key: point.id, kind: "point", mark: point.kind === "safety" ? "◌" : "○",
    title: titles[point.kind] ?? "Automatic point",
    note: point.reachable ? "" : "its data is no longer kept", at: point.at, point,
  }];
}

function itemOfBookmark(bookmark, kind, point = null) {
  const owner = bookmark.container ? bookmark.container.name : `template ${bookmark.template.name}`;
  const notes = [`by ${bookmark.creator.name}`, kind === "shared" ? `from ${owner}` : audience(bookmark),
    ...bookmark.tags.map((tag) => `#${tag}`)];
  return {
    key: bookmark.id, kind, mark: kind === "shared" || bookmark.audience !== "only_container" ? "◈" : "◆",
    title: `“${bookmark.name}”`, note: notes.filter(Boolean).join(", "), at: bookmark.at, bookmark, point,
  };
}

function itemOfSegment(segment) {
  return {
    key: segment.id, kind: "act", mark: segment.previous ? "╳" : "┴", title: beginning(segment),
    note: segment.operation ? `by ${segment.operation.actor}` : "", at: segment.began_at, segment,
    breaks: Boolean(segment.previous),
  };
}

// The list. `select` gets the item that was chosen.
export function drawTimeline(items, selectedKey, select) {
  const own = items.filter((item) => item.kind !== "shared");
  const shared = items.filter((item) => item.kind === "shared");
  return element("div", {},
    element("h2", { id: "timeline-title" }, "Timeline"),
    listOf(own, "timeline-title", selectedKey, select),
    element("h2", { id: "shared-title" }, "Available bookmarks of others"),
    shared.length === 0
      ? element("p", { class: "faint" }, "Nobody has shared a bookmark with this container.")
      : listOf(shared, "shared-title", selectedKey, select));
}

function listOf(items, titleId, selectedKey, select) {
  const index = items.findIndex((item) => item.key === selectedKey);
  const choose = (at) => select(items[Math.max(0, Math.min(items.length - 1, at))]);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
  return element("ul", {
    class: "timeline", role: "listbox", tabindex: 0, id: `${titleId}-list`, "aria-labelledby": titleId,
    "aria-activedescendant": index < 0 ? null : `item-${items[index].key}`,
    onkeydown: (event) => {
      if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      choose(index < 0 ? 0 : index + steps[event.key]);
    },
  }, items.map((item) => element("li", {
    role: "option", id: `item-${item.key}`, "aria-selected": String(item.key === selectedKey),
    class: item.breaks ? "break" : null, onclick: () => select(item),
  },
  element("span", { class: "mark", "aria-hidden": "true" }, item.mark),
  element("span", {}, item.title),
  element("span", { class: "when", title: item.at ?? null },
    [item.at ? `${moment(item.at)} - ${ago(item.at)}` : "", item.note].filter(Boolean).join(" - ")))));
}
