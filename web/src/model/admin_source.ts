// SPDX-License-Identifier: Apache-2.0
// A source to be linked: what the form holds, and what the server gets.
import type { components } from "@/api/schema";
import { addressParts, addressWith } from "./admin_address";
import { EMPTY_RUN, type Pair, type RunForm, recordOf, runFormOf, runSectionOf } from "./admin_run";
import { firstChoice, type Kind, type KindSetting, originsOf, settingOf } from "./kinds";

export type SourceConfig = components["schemas"]["SourceConfig"];

// Of the kind's settings; those that do not go with the chosen origin do not count.
export interface SourceForm {
  name: string;
  kind: Kind;
  origin: string; // the setting that says where the data comes from; "": none
  values: Record<string, string>; // by setting
  options: Record<string, Pair[]>; // by setting whose names are the server's
  password: string; // put into the address, so that it is not shown while it is typed
  run: RunForm | null;
  other: Pair[]; // settings that a file has and this form has no field for
  schedule: string; // when it is synced automatically; "": when told
}

export function emptySource(kind: Kind): SourceForm {
  return {
    name: "",
    kind,
    origin: originsOf(kind)[0]?.name ?? "",
    values: {},
    options: {},
    password: "",
    run: null,
    other: [],
    schedule: "",
  };
}

// What is the server's own means nothing to a server of another kind.
export function ofKind(form: SourceForm, kind: Kind): SourceForm {
  const values = Object.entries(form.values).filter(([name]) => {
    const setting = settingOf(kind, name);
    return setting && !setting.is_advanced && !setting.is_origin && setting.type === "text";
  });
  return {
    ...emptySource(kind),
    name: form.name,
    schedule: form.schedule,
    values: Object.fromEntries(values),
  };
}

export function withRun(form: SourceForm, isApplication: boolean): SourceForm {
  return { ...form, run: isApplication ? (form.run ?? EMPTY_RUN) : null };
}

export function settingValue(form: SourceForm, setting: KindSetting): string {
  const value = form.values[setting.name] ?? "";
  return value === "" && setting.type === "choice" ? firstChoice(setting) : value;
}

// Whether the form has a field for it as it stands.
export function isShown(form: SourceForm, setting: KindSetting): boolean {
  if (setting.is_origin) return setting.name === form.origin;
  if (!setting.is_listed) return false;
  if (setting.beside.length > 0 && !setting.beside.includes(form.origin)) return false;
  return !setting.unless.some((name) => {
    const other = settingOf(form.kind, name);
    return other && isShown(form, other) && settingValue(form, other) !== "";
  });
}

export function configOf(form: SourceForm): SourceConfig {
  const settings = recordOf(form.other);
  for (const setting of form.kind.settings) {
    if (isShown(form, setting)) put(form, setting, settings);
  }
  const { kind } = form.kind;
  if (form.kind.may_run && form.run) return { kind, settings, run: runSectionOf(form.run) };
  return { kind, settings };
}

function put(form: SourceForm, setting: KindSetting, settings: Record<string, string>) {
  if (setting.type === "options") {
    const pairs = recordOf(form.options[setting.name] ?? []);
    for (const [name, value] of Object.entries(pairs)) settings[`${setting.name}.${name}`] = value;
    return;
  }
  const value = settingValue(form, setting).trim();
  const isDefault = setting.type === "choice" && value === firstChoice(setting);
  if (value === "" || isDefault) return;
  const isAddress = setting.type === "address";
  settings[setting.name] = isAddress ? addressWith(value, form.password) : value;
}

// From a template's file, or from a source that is linked already.
export function sourceFormOf(name: string, config: SourceConfig, kind: Kind): SourceForm {
  const form: SourceForm = { ...emptySource(kind), name, origin: "" };
  const settings = config.settings ?? {};
  // Of several origins, the last that the kind names counts: a backup that is followed has an
  // address beside it, which only says whom to follow.
  form.origin =
    originsOf(kind)
      .map((setting) => setting.name)
      .filter((origin) => Object.hasOwn(settings, origin))
      .at(-1) ?? "";
  for (const [key, value] of Object.entries(settings)) take(form, key, value);
  if (config.run) form.run = runFormOf(config.run);
  return form;
}

function take(form: SourceForm, key: string, value: string) {
  const setting = settingOf(form.kind, key);
  if (!setting || !takes(form, setting, value)) {
    form.other.push({ name: key, value });
  } else if (setting.type === "options") {
    const pairs = form.options[setting.name] ?? [];
    const name = key.slice(setting.name.length + 1);
    form.options[setting.name] = [...pairs, { name, value }];
  } else {
    form.values[setting.name] = value;
  }
}

// Whether the setting's field can show it.
function takes(form: SourceForm, setting: KindSetting, value: string): boolean {
  if (setting.is_origin) return setting.name === form.origin;
  if (!setting.is_listed) return false;
  if (setting.beside.length > 0 && !setting.beside.includes(form.origin)) return false;
  if (setting.type === "mark") return value === firstChoice(setting);
  return setting.type !== "choice" || setting.choices.some((choice) => choice.value === value);
}

// Where a source's data comes from, in words: "Dump /srv/orders.sql", "Server db.example:5432".
export function whereFrom(config: SourceConfig): string {
  const settings = config.settings ?? {};
  if (settings.url) {
    return `Server ${addressParts(settings.url)?.after.replace(/\/?(\?.*)?$/, "") || "?"}`;
  }
  if (settings.backup_command) return `Backup by ${settings.backup_command}`;
  if (settings.dump) return `Dump ${settings.dump}`;
  if (settings.directory) return `Data directory ${settings.directory}`;
  if (settings.path) return `Folder ${settings.path}`;
  if (settings.ssh) return `ssh ${settings.ssh}`;
  if (settings.tar) return `Archive ${settings.tar}`;
  return "Empty at first";
}
