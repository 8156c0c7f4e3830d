import { expect, test } from "vitest";
import type { Trashed } from "@/api/types";
import { DEV, iso, operation } from "./test_data";
import { deletedBy } from "./trash";

const thing = (change: Partial<Trashed>): Trashed => ({
  id: "bmk_1",
  kind: "bookmark",
  name: "old",
  container: { id: "ctr_qa", name: "qa" },
  template: { id: "tpl_employees", name: "employees" },
  deleted_at: iso(10),
  purged_at: iso(-100),
  ...change,
});
const deletion = operation({
  kind: "delete_bookmark",
  words: 'delete bookmark "old" of qa',
  actor: { id: DEV.id, name: "dev" },
  created_at: iso(10),
});

test("Who deleted a bookmark is known by its name and time, also where there were others of it", () => {
  const earlier = { ...deletion, created_at: iso(50), actor: { id: "usr_qa", name: "qa" } };
  expect(deletedBy(thing({}), [deletion, earlier])).toBe("dev");
  expect(deletedBy(thing({ deleted_at: iso(50) }), [deletion, earlier])).toBe("qa");
  expect(deletedBy(thing({ name: "new" }), [deletion])).toBeUndefined();
});

test("Who deleted a branch or a container is known by its id, and not who tried in vain", () => {
  const branch = thing({ id: "brn_default", kind: "branch" });
  const one = operation({ ...deletion, kind: "delete_branch" });
  expect(deletedBy(branch, [one])).toBe("dev");
  expect(deletedBy(branch, [{ ...one, state: "failed" }])).toBeUndefined();
  const container = thing({ id: "ctr_qa", kind: "container" });
  expect(deletedBy(container, [one, { ...one, kind: "delete_container" }])).toBe("dev");
});
