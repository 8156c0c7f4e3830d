// SPDX-License-Identifier: Apache-2.0
// The kinds of source that the server knows, and their settings: each kind says itself what it has.
import type { components } from "@/api/schema";

export type Kind = components["schemas"]["Kind"];
export type KindSetting = components["schemas"]["KindSetting"];

export function originsOf(kind: Kind): KindSetting[] {
  return kind.settings.filter((setting) => setting.is_origin);
}

export function kindNamed(kinds: readonly Kind[], name: string): Kind | undefined {
  return kinds.find(({ kind }) => kind === name);
}

// The setting that a key of a configuration belongs to.
export function settingOf(kind: Kind, key: string): KindSetting | undefined {
  return kind.settings.find((setting) =>
    setting.type === "options" ? key.startsWith(`${setting.name}.`) : key === setting.name,
  );
}

// What a choice is where nothing is said, and what a mark is where it is made.
export function firstChoice(setting: KindSetting): string {
  return setting.choices[0]?.value ?? "";
}

export function matches(setting: KindSetting, text: string): boolean {
  return setting.pattern === "" || new RegExp(`^(?:${setting.pattern})$`).test(text);
}
