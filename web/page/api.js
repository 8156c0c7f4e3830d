// The daemon's API, as the page uses it.

// An answer that is no success: `message` is one sentence for a person, `hint` what to do next.
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `the daemon answered ${status}`);
    this.status = status;
    this.code = body.code ?? "internal";
    this.hint = body.hint ?? "";
    this.output = body.output ?? "";
    this.operation = body.operation ?? null;
  }
}

// The path of a thing: path("containers", "a/b") is "/api/v1/containers/a%2Fb".
export function path(...parts) {
  return "/api/v1/" + parts.map(encodeURIComponent).join("/");
}

async function request(method, address, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  if (method !== "GET") options.headers["Idempotency-Key"] = randomKey();
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw new Problem(0, {
      code: "unavailable",
      detail: "the daemon does not answer",
      hint: "It may be restarting. The page tries again by itself.",
    });
  }
  const text = await response.text();
  let answer = null;
  try {
    answer = text === "" ? null : JSON.parse(text);
  } catch {
    throw new Problem(response.status, { detail: "the daemon's answer makes no sense" });
  }
  if (!response.ok) throw new Problem(response.status, answer ?? {});
  return answer;
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return "page_" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const get = (address) => request("GET", address);
export const post = (address, body = {}) => request("POST", address, body);
export const put = (address, body = {}) => request("PUT", address, body);
export const remove = (address) => request("DELETE", address);

export function hasEnded(operation) {
  return ["succeeded", "failed", "canceled"].includes(operation.state);
}

// The operation when it has ended. Goes on when the daemon is restarted meanwhile; `seen` gets the
// operation each time it was asked for.
export async function waitFor(operation, seen = () => {}) {
  let attempts = 0;
  while (!hasEnded(operation)) {
    seen(operation);
    try {
      operation = await get(path("operations", operation.id) + "?wait=1");
      attempts = 0;
    } catch (problem) {
      if (problem.code !== "unavailable" || ++attempts > 60) throw problem;
      await new Promise((wake) => setTimeout(wake, 1000));
    }
  }
  return operation;
}

const topics = ["operation", "container", "bookmark", "template", "source", "user", "pool"];

// Calls `changed` for each event, and `connected` with whether the stream stands.
export function follow(changed, connected) {
  const stream = new EventSource("/api/v1/events");
  for (const topic of topics) {
    stream.addEventListener(topic, (event) => changed(topic, JSON.parse(event.data)));
  }
  stream.addEventListener("open", () => connected(true));
  stream.addEventListener("error", () => connected(false));
  return () => stream.close();
}
