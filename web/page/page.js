// The page: who is logged in, which view is shown, and what happens elsewhere.
import { follow, get, path, Problem, remove } from "/api.js";
import { showAdministration } from "/administration.js";
import { showContainer } from "/container.js";
import { showContainers } from "/containers.js";
import { button, element, link } from "/dom.js";
import { showLogin } from "/login.js";

const main = document.getElementById("main");
const banner = document.getElementById("banner");

const page = {
  user: null,
  // What the view that is shown does when something changed; set by the view.
  onChange: () => {},
  go,
  show,
  fail,
};

let view = 0;
let stopFollowing = null;
let isConnected = true;
let pool = null;

function go(address) {
  history.pushState(null, "", address);
  route().then(() => main.focus());
}

// Puts a view's content in place, unless another view has been opened meanwhile.
function show(ofView, title, ...content) {
  if (ofView !== view) return false;
  document.title = `${title} - Slipstream`;
  main.replaceChildren(...content);
  return true;
}

// A view that cannot be shown says why.
function fail(ofView, problem) {
  if (ofView !== view) return;
  if (problem.status === 401) {
    page.user = null;
    route();
    return;
  }
  const heading = element("h1", {}, "This cannot be shown");
  const words = problem instanceof Problem ? problem.message : "The page has a fault.";
  if (!(problem instanceof Problem)) console.error(problem);
  show(ofView, "Problem", heading,
    element("p", { class: "failure", role: "alert" }, words, problem.hint ? ` ${problem.hint}` : ""),
    element("div", { class: "row" }, button("Try again", () => route()),
      link("/", "To the containers", go)));
}

async function route() {
  const mine = ++view;
  page.onChange = () => {};
  drawTop();
  if (!page.user) {
    stopFollowing?.();
    stopFollowing = null;
    showLogin(page, mine, (user) => {
      page.user = user;
      route();
    });
    return;
  }
  if (!stopFollowing) {
    stopFollowing = follow(changed, connected);
    lookAtPool();
  }
  const parts = location.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  try {
    if (parts[0] === "containers" && parts[1]) await showContainer(page, mine, parts[1]);
    else if (parts[0] === "administration") await showAdministration(page, mine);
    else await showContainers(page, mine);
  } catch (problem) {
    fail(mine, problem);
  }
}

let waiting = null;
// Several events that come together are looked at once.
function changed(topic, event) {
  if (topic === "pool") lookAtPool();
  clearTimeout(waiting);
  waiting = setTimeout(() => page.onChange(topic, event), 120);
}

function connected(now) {
  if (now && !isConnected) page.onChange("connection", {});
  isConnected = now;
  drawBanner();
}

async function lookAtPool() {
  try {
    pool = await get(path("pool"));
  } catch {
    pool = null;
  }
  drawBanner();
}

function drawBanner() {
  const notes = [];
  if (!isConnected) notes.push("The connection to the daemon is lost; trying again. What you see may be old.");
  if (page.user && pool?.warning) notes.push(pool.warning);
  if (page.user && pool && pool.free * 20 < pool.total) {
    notes.push("The pool is nearly full: delete bookmarks and branches that nobody needs.");
  }
  banner.replaceChildren(...notes.map((note) => element("p", {}, note)));
}

function drawTop() {
  const top = document.getElementById("top");
  const name = element("strong", {}, link("/", "Slipstream", go));
  if (!page.user) {
    top.replaceChildren(name);
    return;
  }
  const isAdmin = page.user.role === "admin";
  top.replaceChildren(name,
    element("nav", { "aria-label": "Views" },
      link("/", "Containers", go), isAdmin ? link("/administration", "Administration", go) : null),
    element("span", { class: "who" }, `${page.user.name}${isAdmin ? " (administrator)" : ""}`),
    button("Log out", logOut, { class: "small" }));
}

async function logOut() {
  try {
    await remove(path("sessions", "current"));
  } catch {
    // The session may have ended by itself.
  }
  page.user = null;
  history.pushState(null, "", "/");
  route();
}

window.addEventListener("popstate", () => route());

try {
  page.user = (await get(path("sessions", "current"))).user;
} catch (problem) {
  if (problem.status !== 401) fail(view, problem);
}
route();
