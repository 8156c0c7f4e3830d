// SPDX-License-Identifier: Apache-2.0
// What is wrong with a source's form, by field: what the server would refuse, said before it is sent.
import { addressParts } from "./admin_address";
import { nameProblem } from "./admin_names";
import { runProblems, withoutEmpty } from "./admin_run";
import { isShown, type SourceForm, settingValue } from "./admin_source";
import { type KindSetting, matches } from "./kinds";

type Problems = Record<string, string | null>;

// `taken`: the names of the sources that there are.
export function sourceProblems(form: SourceForm, taken: readonly string[]): Record<string, string> {
  const problems: Problems = { name: nameProblem(form.name) };
  if (taken.includes(form.name)) problems.name = `A source called “${form.name}” exists already.`;
  for (const setting of form.kind.settings) {
    if (isShown(form, setting)) Object.assign(problems, settingProblems(form, setting));
  }
  if (form.run) Object.assign(problems, prefixed("run.", runProblems(form.run)));
  problems.schedule = scheduleProblem(form.schedule);
  form.other.forEach((pair, index) => {
    problems[`other.${index}`] = maskProblem(pair.value);
  });
  return withoutEmpty(
    Object.fromEntries(Object.entries(problems).map(([field, words]) => [field, words ?? ""])),
  );
}

const TIME = /^([01]?\d|2[0-3]):[0-5]\d$/;
const DAYS = /^(daily|weekdays|(sun|mon|tue|wed|thu|fri|sat)(,(sun|mon|tue|wed|thu|fri|sat))*)$/;

// As the server reads it: "every 15min", "daily 02:30".
export function scheduleProblem(schedule: string): string | null {
  const [first = "", second = "", ...rest] = schedule.trim().split(" ");
  if (first === "") return null;
  const isInterval = first === "every" && /^[1-9]\d{0,5}(min|h|d)$/.test(second);
  const isOnDays = DAYS.test(first) && TIME.test(second);
  if (rest.length === 0 && (isInterval || isOnDays)) return null;
  return "It looks like: every 15min, daily 02:30, weekdays 02:30, or sun,wed 02:30.";
}

// The server shows passwords as ***, and would take that for the password.
export function maskProblem(value: string): string | null {
  return value.includes("***") ? "The password is not shown here. Type it again." : null;
}

function settingProblems(form: SourceForm, setting: KindSetting): Problems {
  if (setting.type === "options") return optionProblems(form, setting);
  const value = settingValue(form, setting).trim();
  return { [setting.name]: valueProblem(form, setting, value) };
}

function valueProblem(form: SourceForm, setting: KindSetting, value: string): string | null {
  if (value === "" && !setting.is_origin) return null;
  switch (setting.type) {
    case "address":
      return addressProblem(form, setting, value);
    case "command":
      return value === "" ? "Say what to run." : maskProblem(value);
    case "path":
      return pathProblem(value) ?? patternProblem(setting, value);
    case "text":
      return patternProblem(setting, value);
    default:
      return null;
  }
}

function patternProblem(setting: KindSetting, value: string): string | null {
  return matches(setting, value) ? null : setting.pattern_words;
}

// By its form without the password, whichever characters that has.
function addressProblem(form: SourceForm, setting: KindSetting, url: string): string | null {
  const parts = addressParts(url);
  const { password } = form;
  const hasPassword = password !== "" || (parts?.password ?? "") !== "";
  const who = `${parts?.user ?? ""}${hasPassword ? ":x" : ""}`;
  if (!parts || !matches(setting, `${parts.scheme}${who}${who && "@"}${parts.after}`)) {
    return setting.pattern_words;
  }
  if (password !== "" && parts.password !== null && parts.password !== "***") {
    return "The address has a password already. Leave one of them out.";
  }
  return password === "" ? maskProblem(url) : null;
}

function optionProblems(form: SourceForm, setting: KindSetting): Problems {
  const problems: Problems = {};
  (form.options[setting.name] ?? []).forEach(({ name, value }, index) => {
    const isBlank = name.trim() === "" && value === "";
    const isNamed = isBlank || matches(setting, name.trim());
    problems[`${setting.name}.${index}`] = isNamed ? maskProblem(value) : setting.pattern_words;
  });
  return problems;
}

function pathProblem(path: string): string | null {
  if (path === "") return "Say where it is on the server.";
  return path.startsWith("/") ? null : "Write the whole path, from the first slash on.";
}

function prefixed(prefix: string, problems: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems).map(([field, words]) => [prefix + field, words]),
  );
}
