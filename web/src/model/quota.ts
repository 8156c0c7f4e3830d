// SPDX-License-Identifier: Apache-2.0
import type { Quota } from "@/api/types";
import { size } from "./size";

// What a container may have at most, without its disk: "2 GiB of memory, 100 processes". Empty:
// nothing of that is set.
export function limitsInWords(quota: Quota): string {
  const all = [
    quota.memory_bytes !== null && `${size(quota.memory_bytes)} of memory`,
    quota.processes !== null && `${quota.processes} processes`,
    quota.open_files !== null && `${quota.open_files} open files for each`,
    quota.cpu_weight !== null && `processor weight ${quota.cpu_weight}`,
  ];
  return all.filter((one) => one !== false).join(", ");
}
