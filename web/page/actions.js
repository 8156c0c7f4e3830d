// What can be done with the selected moment of a container's data: each action's button, the
// sentence that says what will happen, and the request.
import { path, post, put, remove } from "/api.js";
import { ask, button, checkbox, element, field } from "/dom.js";
import { moment } from "/words.js";

// `run(words, request)` carries a request out and shows how it goes.
export function drawActions(container, timeline, item, run) {
  const at = (...parts) => path("containers", container.name, ...parts);
  const isBusy = container.operation !== null;
  const offered = [...actionsFor(container, timeline, item, at, run), ...actionsOfContainer(timeline, at, run)];
  return element("div", {},
    isBusy ? element("p", { class: "faint" }, "Another operation is running; wait until it has ended.") : null,
    offered.map((action) => element("div", { class: "action" },
      button(action.label, action.act, {
        class: action.isMain ? "main" : null, disabled: isBusy || Boolean(action.impossible), "aria-describedby": `about-${action.id}`,
      }),
      element("small", { id: `about-${action.id}` }, action.impossible || action.about))));
}

// The moment as the API names it, and as people do.
function chosenData(item) {
  if (item.bookmark) return { data: { bookmark: item.bookmark.id }, words: item.title };
  if (item.point) return { data: { point: item.point.id }, words: moment(item.at) };
  return null;
}

function actionsFor(container, timeline, item, at, run) {
  if (item.kind === "act") return [];
  const chosen = chosenData(item);
  const isGone = item.point && !item.point.reachable ? "The data of this point is no longer kept." : "";
  const actions = [];
  if (item.kind !== "shared") {
    actions.push({
      id: "bookmark", label: "Bookmark", isMain: item.kind === "now", impossible: isGone,
      about: item.kind === "now" ? "Gives the data as it is now a name to come back to. Nothing is interrupted."
        : "Gives the data of this moment a name, which keeps it.",
      act: () => bookmark(item, timeline, at, run),
    });
  }
  if (chosen) {
    actions.push({
      id: "restore", label: "Restore", isMain: true, impossible: isGone,
      about: `Your data goes back to ${chosen.words}. Everything after it stays on the timeline, so you can come back.`,
      act: () => run(`Restore to ${chosen.words}`, () => post(at("restore"), chosen.data)),
    });
  }
  actions.push({
    id: "branch", label: "Branch", impossible: isGone,
    about: `Begins a new line of work with the data of ${chosen ? chosen.words : "now"}, and switches to it. The branch ${container.active_branch.name} is kept.`,
    act: () => branch(chosen, at, run),
  });
  if (item.kind === "bookmark") actions.push(...actionsOfBookmark(item.bookmark, at, run));
  return actions;
}

function actionsOfBookmark(bookmark, at, run) {
  const isShared = bookmark.audience !== "only_container";
  const share = isShared
    ? { label: "Stop sharing", about: "Others no longer see it. What they already took stays theirs.",
      act: () => run("Stop sharing", () => remove(at("bookmarks", bookmark.id, "share"))) }
    : { label: "Share", about: "Everyone with a container of this template can take it into a branch of their own.",
      act: () => run("Share", () => put(at("bookmarks", bookmark.id, "share"), { audience: "everyone" })) };
  return [{ id: "share", ...share }, {
    id: "delete", label: "Delete bookmark", about: "It goes to the trash. Branches made from it live on.",
    act: () => run("Delete the bookmark", () => remove(at("bookmarks", bookmark.id))),
  }];
}

function actionsOfContainer(timeline, at, run) {
  const newest = [...timeline.segments].sort((a, b) => b.began_at.localeCompare(a.began_at))[0];
  const canUndo = Boolean(newest?.safety_point);
  return [{
    id: "refresh", label: "Refresh", about: "Gets the newest data of the template. What you have now stays on the timeline.",
    act: () => run("Refresh", () => post(at("refresh"))),
  }, {
    id: "reset", label: "Reset", about: "Back to the last bookmark or act on this branch, to run a test again.",
    act: () => run("Reset", () => post(at("reset"))),
  }, {
    id: "undo", label: "Undo", about: "Takes the last restore, refresh, reset or undo back, with nothing lost.",
    impossible: canUndo ? "" : "There is nothing to undo on this branch.",
    act: () => run("Undo", () => post(at("undo"))),
  }];
}

async function bookmark(item, timeline, at, run) {
  const when = item.at ? `of ${moment(item.at)}` : "as it is now";
  const values = await ask(`Bookmark the data ${when}`, [
    field("Name", "name", { required: true, maxlength: 256, autocomplete: "off" }),
    field("Note", "note", { autocomplete: "off" }),
    field("Tags", "tags", { hint: "Separated by commas", autocomplete: "off" }),
    checkbox("Share it with everyone with a container of this template", "share"),
  ], "Bookmark");
  if (!values) return;
  const tags = values.tags.split(",").map((tag) => tag.trim()).filter(Boolean);
  const body = { name: values.name, note: values.note, tags, audience: values.share ? "everyone" : "only_container" };
  if (item.at) Object.assign(body, { at: item.at, branch: timeline.branch.id });
  run(`Bookmark “${values.name}”`, () => post(at("bookmarks"), body));
}

async function branch(chosen, at, run) {
  const values = await ask("New branch", [
    field("Name", "name", { required: true, maxlength: 64, autocomplete: "off" }),
    checkbox("Leave the active branch active, and run beside it", "beside"),
  ], "Branch");
  if (!values) return;
  const body = { name: values.name, beside: Boolean(values.beside) };
  if (chosen) body.from = chosen.data;
  run(`Branch ${values.name}`, () => post(at("branches"), body));
}
