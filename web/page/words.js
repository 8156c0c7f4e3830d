// Times, sizes and states in words; times in the browser's zone.

const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const day = { weekday: "short", day: "numeric", month: "short" };

export function moment(text) {
  const at = new Date(text);
  const now = new Date();
  const time = at.toLocaleTimeString([], clock);
  if (at.toDateString() === now.toDateString()) return time;
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return `${at.toLocaleDateString([], { ...day, ...year })}, ${time}`;
}

export function ago(text) {
  const seconds = Math.round((Date.now() - new Date(text)) / 1000);
  if (Math.abs(seconds) < 5) return "just now";
  const [count, unit] = inUnits(Math.abs(seconds));
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

function inUnits(seconds) {
  if (seconds < 60) return [seconds, "second"];
  if (seconds < 3600) return [Math.floor(seconds / 60), "minute"];
  if (seconds < 48 * 3600) return [Math.floor(seconds / 3600), "hour"];
  return [Math.floor(seconds / 86400), "day"];
}

export function took(from, to) {
  const seconds = (new Date(to) - new Date(from)) / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

export function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (bytes >= 1024 && unit + 1 < units.length) {
    bytes /= 1024;
    ++unit;
  }
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}

export function audience(bookmark) {
  if (bookmark.audience === "everyone") return "shared with everyone";
  if (bookmark.audience === "named") return `shared with ${bookmark.shared_with.join(", ")}`;
  return "";
}

export function capitalized(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// What an operation does right now: "Starting the database (3 of 8)".
export function progress(operation) {
  if (operation.state === "queued") return "Waiting for its turn";
  const back = operation.state === "rolling_back" ? "Taking it back: " : "";
  const at = operation.steps.findIndex((step) => step.state === "running");
  const step = at < 0 ? "" : operation.steps[at].words;
  const words = at < 0 ? operation.progress || "Working" : `${step} (${at + 1} of ${operation.steps.length})`;
  // Beginning a step, the daemon says the step's own words.
  const isMore = at >= 0 && operation.progress && operation.progress !== step;
  return back + words + (isMore ? `: ${operation.progress}` : "");
}

// Where data came from, without the time at its end, which is shown beside it.
export function originWords(words) {
  return words.replace(/ as of \d{4}-\d\d-\d\dT[\d:.]+Z$/, "");
}

const began = {
  created: "began from",
  refreshed: "refreshed from",
  restored: "restored to",
  reset: "reset to",
  undone: "undone, back to",
};

export function beginning(segment) {
  if (!segment.parent) return segment.kind === "created" ? "Began" : capitalized(segment.kind);
  const origin = `${originWords(segment.parent.words)}, data of ${moment(segment.parent.at)}`;
  return capitalized(`${began[segment.kind]} ${origin}`);
}
