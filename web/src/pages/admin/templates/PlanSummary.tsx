// SPDX-License-Identifier: Apache-2.0
import type { TemplatePlan } from "@/model/admin_template";
import { counted } from "@/model/time";
import { Panel } from "../parts/Page";
import styles from "./templates.module.css";

// What will be done, in order.
export function PlanSummary({ plan, name }: { plan: TemplatePlan; name: string }) {
  const shownName = name || "without a name";
  return (
    <Panel title="What will happen">
      <ol className={styles.plan}>
        {plan.toLink.map((source) => (
          <li key={source.name}>
            Link <strong>{source.name}</strong> ({source.kind.label}) and fetch its data.
          </li>
        ))}
        <li>
          {plan.change === "create" && (
            <>
              Make the template <strong>{shownName}</strong> of{" "}
              {counted(plan.places.length, "source")}.
            </>
          )}
          {plan.change === "version" && (
            <>
              Make version {plan.version} of the template <strong>{shownName}</strong>. Its
              containers move to it at their next Refresh from production.
            </>
          )}
          {plan.change === "none" && (
            <>
              Nothing more: the template <strong>{shownName}</strong> is like this already.
            </>
          )}
        </li>
      </ol>
    </Panel>
  );
}

// The words of the button that does it.
export function planWords(plan: TemplatePlan): string {
  const link = plan.toLink.length > 0 ? `Link ${counted(plan.toLink.length, "source")}` : "";
  const change = {
    create: "make the template",
    version: `make version ${plan.version}`,
    none: "",
  }[plan.change];
  const words = [link, change].filter(Boolean).join(" and ");
  return words === "" ? "Nothing to do" : words.charAt(0).toUpperCase() + words.slice(1);
}
