// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { hasEnded, operationQuery } from "@/api/queries";
import type { Operation, Template } from "@/api/types";
import { configOf } from "@/model/admin_source";
import type { TemplatePlan } from "@/model/admin_template";
import { createTemplate, createTemplateVersion, linkSource } from "../api/acts";

const LOOK_AGAIN_MS = 250;

export interface Apply {
  isRunning: boolean;
  // What was begun so far, each as it is now or as it ended.
  operations: string[];
  // Answers the template's id, or null where something failed; then the rest was not begun.
  run: (plan: TemplatePlan, name: string, template: Template | null) => Promise<string | null>;
}

// Carries out a plan one by one. What succeeded stays, so doing it again goes on where it failed.
export function useApply(): Apply {
  const queries = useQueryClient();
  const [operations, setOperations] = useState<string[]>([]);
  const [isRunning, setRunning] = useState(false);
  useWarningBeforeLeaving(isRunning);

  const done = async (operation: Operation): Promise<Operation | null> => {
    setOperations((before) => [...before, operation.id]);
    let now = operation;
    while (!hasEnded(now)) {
      await new Promise((wake) => setTimeout(wake, LOOK_AGAIN_MS));
      now = await queries.fetchQuery({ ...operationQuery(operation.id), staleTime: 0 });
    }
    queries.setQueryData(operationQuery(operation.id).queryKey, now);
    await queries.invalidateQueries();
    return now.state === "succeeded" ? now : null;
  };

  const run: Apply["run"] = async (plan, name, template) => {
    setOperations([]);
    setRunning(true);
    try {
      for (const source of plan.toLink) {
        const body = { name: source.name, config: configOf(source), schedule: source.schedule };
        if (!(await done(await linkSource(body)))) return null;
      }
      if (plan.change === "none") return template?.id ?? null;
      const body = {
        sources: plan.places,
        ask_beyond_s: plan.askBeyond,
        bookmarks: plan.bookmarks,
      };
      const made = template
        ? await done(await createTemplateVersion(template.id, body))
        : await done(await createTemplate({ name, ...body }));
      return made ? (made.template?.id ?? name) : null;
    } finally {
      setRunning(false);
    }
  };
  return { isRunning, operations, run };
}

// The rest of the plan is known only here.
function useWarningBeforeLeaving(isRunning: boolean) {
  useEffect(() => {
    if (!isRunning) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isRunning]);
}
