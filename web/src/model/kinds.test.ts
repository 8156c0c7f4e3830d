// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import kinds from "../../../tests/support/kinds.json";
import { emptySource, sourceFormOf } from "./admin_source";
import { sourceProblems } from "./admin_source_problems";
import { type Kind, originsOf, settingOf } from "./kinds";

const KINDS = kinds as Kind[];

test("Every kind that the server has can be shown, and its examples are taken", () => {
  for (const kind of KINDS) {
    for (const origin of originsOf(kind)) {
      expect(origin.origin_label).not.toBe("");
      const settings = { [origin.name]: origin.example };
      const form = sourceFormOf("x", { kind: kind.kind, settings }, kind);
      expect(form.origin).toBe(origin.name);
      expect(sourceProblems(form, []), `${kind.kind}.${origin.name}`).toEqual({});
    }
    expect(sourceProblems({ ...emptySource(kind), name: "x", origin: "" }, [])).toEqual({});
  }
});

test("What settings go beside, and not with, are settings of the same kind", () => {
  for (const kind of KINDS) {
    for (const { name, beside, unless, choices, type } of kind.settings) {
      for (const other of [...beside.filter((one) => one !== ""), ...unless]) {
        expect(settingOf(kind, other), `${kind.kind}.${name}`).toBeDefined();
      }
      expect(choices.length > 0).toBe(type === "choice" || type === "mark");
    }
  }
});
