// SPDX-License-Identifier: Apache-2.0
import type { Container } from "@/api/types";
import { counted } from "./time";

// "4 of 5 containers run, with 8 databases and applications in the active branches. Beside them, 3
// branches run."
export function runningWords(containers: readonly Container[]): string {
  if (containers.length === 0) return "There is no container yet.";
  const running = containers.filter((one) => one.state !== "stopped");
  const all = counted(containers.length, "container");
  const beside = besideWords(containers.reduce((sum, one) => sum + one.running_beside, 0));
  if (running.length === 0)
    return beside ? `No active branch of ${all} runs.${beside}` : `None of ${all} runs.`;
  const programs = running.reduce((sum, one) => sum + one.endpoints.length, 0);
  const verb = running.length === 1 ? "runs" : "run";
  const failed = running.filter((one) => one.state === "failed").length;
  const broken = failed > 0 ? ` Something does not run in ${failed} of them.` : "";
  return `${running.length} of ${all} ${verb}, with ${programs === 1 ? "1 database or application" : `${programs} databases and applications`} in the active branches.${beside}${broken}`;
}

function besideWords(branches: number): string {
  if (branches === 0) return "";
  return ` Beside the active ones, ${branches === 1 ? "1 branch runs" : `${branches} branches run`}.`;
}
