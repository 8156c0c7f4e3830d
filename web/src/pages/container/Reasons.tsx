// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { labelOf } from "@/actions/words";
import type { ActionId } from "@/model/action_ids";
import { reasonsOf } from "@/model/actions";
import { whyNotChange } from "@/model/rights";
import { listed } from "@/model/words";
import styles from "./workspace.module.css";

// Why some buttons are grey, for everybody to read: nobody has to point at them.
export function Reasons({ among }: { among: readonly ActionId[] }) {
  const { item, actions, container, me } = useContainerPage();
  // What is under way is told by its strip, and is over soon.
  const passing = container.operation && whyNotChange(container, me);
  const reasons = reasonsOf(actions, among).filter(({ why }) => why !== passing);
  if (reasons.length === 0) return null;
  return (
    <ul className={styles.reasons} aria-label="Why some actions cannot be used">
      {reasons.map(({ ids, why }) => (
        <li key={why}>
          <strong>{listed(ids.map((id) => labelOf(id, item)))}:</strong> {why}
        </li>
      ))}
    </ul>
  );
}
