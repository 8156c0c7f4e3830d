// SPDX-License-Identifier: Apache-2.0
// A template or a new version of one: what the form holds, and what has to be done for it.
import type { components } from "@/api/schema";
import type { Source, Template } from "@/api/types";
import { identifierProblem, nameProblem } from "./admin_names";
import { type Pair, pairsOf, type RunSection, recordOf, withoutEmpty } from "./admin_run";
import { configOf, type SourceConfig, type SourceForm, sourceFormOf } from "./admin_source";
import { maskProblem, sourceProblems } from "./admin_source_problems";
import { type BookmarkManner, FileProblem, type TemplateFile } from "./admin_template_file";
import { type Kind, kindNamed } from "./kinds";
import { listed } from "./words";

export type NewPlace = components["schemas"]["NewPlace"];
export type NewHook = components["schemas"]["NewHook"];

export interface PlaceForm {
  name: string;
  source: string; // a linked source's name, or the name under which `toLink` will be linked
  toLink: SourceForm | null; // of a file; counts where no source of that name is linked yet
  priority: string;
  port: string;
  settings: Pair[];
  // Of a template or a file; the form changes nothing of them.
  hooks?: NewHook[];
  subset?: Record<string, string>;
}

export interface TemplateForm {
  name: string;
  places: PlaceForm[];
  // Going to a time asks where a source would be of so many seconds earlier; null: never.
  askBeyond: number | null;
  bookmarks: BookmarkManner | null; // null: without an interruption
}

export interface Difference {
  key: string;
  wanted: string | null;
  linked: string | null;
}

export interface TemplatePlan {
  toLink: SourceForm[];
  // Sources that are linked already, and used, but otherwise than the file says.
  differing: { source: string; differences: Difference[] }[];
  change: "none" | "create" | "version";
  version: number; // which would be made
  places: NewPlace[];
  askBeyond: number | null;
  bookmarks: BookmarkManner | null; // null: without an interruption
}

export const MOST_PLACES = 16;

export function placeFor(source: Source | undefined, taken: readonly string[]): PlaceForm {
  const last =
    source?.name
      .split(".")
      .at(-1)
      ?.toLowerCase()
      .replace(/[^a-z0-9_-]+/g, "-") ?? "";
  const name = identifierProblem(last) || taken.includes(last) ? "" : last;
  const priority = source?.config.run ? "2" : "1";
  return { name, source: source?.name ?? "", toLink: null, priority, port: "", settings: [] };
}

// What nobody changed by hand goes with the source: the name, and when it starts.
export function withSource(
  place: PlaceForm,
  name: string,
  sources: readonly Source[],
  taken: readonly string[],
): PlaceForm {
  const find = (wanted: string) => sources.find((source) => source.name === wanted);
  const before = placeFor(find(place.source), []);
  const after = placeFor(find(name), taken);
  return {
    ...place,
    source: name,
    name: place.name === "" || place.name === before.name ? after.name : place.name,
    priority: place.priority === before.priority ? after.priority : place.priority,
  };
}

export function templateFormOf(template: Template): TemplateForm {
  return {
    name: template.name,
    askBeyond: template.ask_beyond_s,
    bookmarks: template.bookmarks ?? null,
    places: template.sources.map((place) => ({
      name: place.name,
      source: place.source.name,
      toLink: null,
      priority: String(place.priority),
      port: place.port === 0 ? "" : String(place.port),
      settings: pairsOf(place.settings),
      hooks: place.hooks ?? [],
      subset: place.subset ?? {},
    })),
  };
}

// Throws FileProblem for a kind that the server does not know.
export function templateFormOfFile(file: TemplateFile, kinds: readonly Kind[]): TemplateForm {
  return {
    name: file.name,
    askBeyond: file.askBeyond,
    bookmarks: file.bookmarks,
    places: file.sources.map((source) => ({
      name: source.name,
      source: source.linked,
      toLink: source.config && {
        ...sourceFormOf(source.linked, source.config, kindOf(source.config, source.name, kinds)),
        schedule: source.schedule ?? "",
      },
      priority: String(source.priority),
      port: source.port === 0 ? "" : String(source.port),
      settings: pairsOf(source.settings),
      hooks: source.hooks ?? [],
      subset: source.subset ?? {},
    })),
  };
}

function kindOf({ kind }: SourceConfig, name: string, kinds: readonly Kind[]): Kind {
  const known = kindNamed(kinds, kind);
  if (known) return known;
  throw new FileProblem(
    `The source “${name}” is of the unknown kind “${kind}”. There are ${listed(kinds.map((one) => one.kind))}.`,
  );
}

// `template` is the one of that name, if there is one.
export function planTemplate(
  form: TemplateForm,
  sources: readonly Source[],
  template: Template | null,
): TemplatePlan {
  const linked = new Map(sources.map((source) => [source.name, source]));
  const plan: TemplatePlan = {
    toLink: [],
    differing: [],
    change: template ? "none" : "create",
    version: template ? template.version + 1 : 1,
    places: form.places.map(newPlaceOf),
    askBeyond: form.askBeyond,
    bookmarks: form.bookmarks,
  };
  for (const { source, toLink } of form.places) {
    if (!toLink) continue;
    const existing = linked.get(source);
    if (existing) {
      const differences = differencesOf(configOf(toLink), existing.config);
      if (differences.length > 0) plan.differing.push({ source, differences });
    } else if (!plan.toLink.some((other) => other.name === source)) {
      plan.toLink.push({ ...toLink, name: source });
    }
  }
  const isOtherwise =
    template &&
    (!isSame(plan.places, template) ||
      plan.askBeyond !== template.ask_beyond_s ||
      plan.bookmarks !== (template.bookmarks ?? null));
  if (isOtherwise) plan.change = "version";
  return plan;
}

function newPlaceOf(place: PlaceForm): NewPlace {
  return {
    name: place.name,
    source: place.source,
    priority: Number(place.priority || "1"),
    port: Number(place.port || "0"),
    settings: recordOf(place.settings),
    ...(place.hooks?.length && { hooks: place.hooks }),
    ...(Object.keys(place.subset ?? {}).length > 0 && { subset: place.subset }),
  };
}

// What hooks and subset say, to be compared as a text.
function workOf({ hooks = [], subset = {} }: Pick<NewPlace, "hooks" | "subset">): string {
  return JSON.stringify([
    hooks.map((hook) => [
      hook.when,
      hook.sql ?? "",
      hook.command ?? [],
      hook.program ?? "",
      hook.time_limit_s ?? 60,
      hook.on_error ?? "fail",
    ]),
    Object.entries(subset).sort(),
  ]);
}

function isSame(places: readonly NewPlace[], template: Template): boolean {
  if (places.length !== template.sources.length) return false;
  return places.every((place, index) => {
    const other = template.sources[index];
    return (
      other !== undefined &&
      other.name === place.name &&
      other.source.name === place.source &&
      other.priority === place.priority &&
      other.port === place.port &&
      workOf(other) === workOf(place) &&
      settingsDifferences(place.settings ?? {}, other.settings).length === 0
    );
  });
}

export function differencesOf(wanted: SourceConfig, linked: SourceConfig): Difference[] {
  const shown = { ...linked.settings };
  // Sources from before there was a choice are so without the file's saying it.
  if (wanted.settings?.superuser === undefined) delete shown.superuser;
  const differences = settingsDifferences(withDefaults(wanted.settings ?? {}), withDefaults(shown));
  if (wanted.kind !== linked.kind) {
    differences.unshift({ key: "kind", wanted: wanted.kind, linked: linked.kind });
  }
  if (!isSameRun(wanted.run ?? null, linked.run ?? null)) {
    differences.push({ key: "run section", wanted: null, linked: null });
  }
  return differences;
}

// What says the default is the same as what says nothing.
function withDefaults(settings: Record<string, string>): Record<string, string> {
  const { durability, ...rest } = settings;
  return durability && durability !== "full" ? settings : rest;
}

function settingsDifferences(
  wanted: Record<string, string>,
  linked: Record<string, string>,
): Difference[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(linked)])].sort();
  return keys
    .filter((key) => !maybeSame(wanted[key], linked[key]))
    .map((key) => ({ key, wanted: wanted[key] ?? null, linked: linked[key] ?? null }));
}

// The server shows secrets as ***; what is around them must be the same.
function maybeSame(wanted: string | undefined, linked: string | undefined): boolean {
  if (wanted === undefined || linked === undefined) return wanted === linked;
  const at = linked.indexOf("***");
  if (at < 0) return wanted === linked;
  const before = linked.slice(0, at);
  const after = linked.slice(at + "***".length);
  return (
    wanted.length >= before.length + after.length &&
    wanted.startsWith(before) &&
    wanted.endsWith(after)
  );
}

function isSameRun(wanted: RunSection | null, linked: RunSection | null): boolean {
  if (!wanted || !linked) return wanted === linked;
  return (
    JSON.stringify(wanted.command) === JSON.stringify(linked.command) &&
    (wanted.health ?? "/") === (linked.health ?? "/") &&
    (wanted.stop_signal ?? "TERM") === (linked.stop_signal ?? "TERM") &&
    settingsDifferences(wanted.env ?? {}, linked.env ?? {}).length === 0
  );
}

// What is wrong, by field: "name", "places", "2.port", "2.settings.0".
export function templateProblems(
  form: TemplateForm,
  sources: readonly Source[],
): Record<string, string> {
  const problems: Record<string, string> = { name: nameProblem(form.name) ?? "" };
  if (form.places.length === 0) problems.places = "Add at least one source.";
  if (form.places.length > MOST_PLACES) problems.places = `At most ${MOST_PLACES} are possible.`;
  const names = sources.map((source) => source.name);
  form.places.forEach((place, index) => {
    for (const [field, words] of Object.entries(placeProblems(place, form.places, index, names))) {
      problems[`${index}.${field}`] = words;
    }
  });
  return withoutEmpty({ ...problems, ...orderProblems(form.places, sources) });
}

// An application gets the addresses only of what is in the template and starts before it.
function orderProblems(
  places: readonly PlaceForm[],
  sources: readonly Source[],
): Record<string, string> {
  const problems: Record<string, string> = {};
  places.forEach((place, index) => {
    const linked = sources.find((source) => source.name === place.source)?.config;
    const config = linked ?? (place.toLink && configOf(place.toLink));
    for (const name of config?.run ? siblingsIn(config.run) : []) {
      const sibling = places.find((other) => other.name === name);
      if (!sibling) {
        problems[`${index}.source`] =
          `It uses the address of “${name}”, but no source is called “${name}” here.`;
      } else if (Number(sibling.priority || "1") >= Number(place.priority || "1")) {
        problems[`${index}.priority`] =
          `It uses the address of “${name}”, which must start before it: give it a larger number.`;
      }
    }
  });
  return problems;
}

// "db" of "${db.URL}".
function siblingsIn(run: RunSection): string[] {
  const text = [...run.command, ...Object.values(run.env ?? {})].join("\n");
  const names = [...text.matchAll(/\$\{([^}]+)\.[^.}]+\}/g)].map((found) => found[1] ?? "");
  return [...new Set(names)];
}

function placeProblems(
  place: PlaceForm,
  all: readonly PlaceForm[],
  index: number,
  linked: readonly string[],
): Record<string, string> {
  const problems: Record<string, string> = { name: identifierProblem(place.name) ?? "" };
  if (all.findIndex((other) => other.name === place.name) < index) {
    problems.name = `Two sources are called “${place.name}” here.`;
  }
  if (place.source === "") problems.source = "Choose a source.";
  else if (!linked.includes(place.source)) problems.source = missingProblem(place);
  if (!isNumber(place.priority || "1", 1, 100)) problems.priority = "A number from 1 to 100.";
  if (!isNumber(place.port || "0", 0, 65535)) problems.port = "A number from 1 to 65535.";
  place.settings.forEach((pair, row) => {
    const isUnnamed = pair.name.trim() === "" && pair.value !== "";
    const words = isUnnamed ? "Give the setting a name." : maskProblem(pair.value);
    if (words) problems[`settings.${row}`] = words;
  });
  return problems;
}

function missingProblem(place: PlaceForm): string {
  if (!place.toLink)
    return `There is no source “${place.source}”. Link it first, or choose another.`;
  const [first] = Object.values(sourceProblems({ ...place.toLink, name: place.source }, []));
  return first ? `It cannot be linked like this: ${first}` : "";
}

function isNumber(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}
