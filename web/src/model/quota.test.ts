// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { Quota } from "@/api/types";
import { limitsInWords } from "./quota";

const none: Quota = {
  memory_bytes: null,
  processes: null,
  cpu_weight: null,
  open_files: null,
  disk_bytes: null,
  disk_used: null,
  notes: [],
};

test("a quota is said by what it sets", () => {
  expect(limitsInWords(none)).toBe("");
  expect(limitsInWords({ ...none, memory_bytes: 2 * 1024 ** 3, processes: 100 })).toBe(
    "2.0 GiB of memory, 100 processes",
  );
  expect(limitsInWords({ ...none, cpu_weight: 20, disk_bytes: 1 })).toBe("processor weight 20");
});
