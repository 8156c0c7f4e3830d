import { useContainerPage } from "@/actions/context";
import { labelOf } from "@/actions/words";
import type { ActionId } from "@/model/action_ids";
import { reasonsOf } from "@/model/actions";
import { listed } from "@/model/words";
import styles from "./workspace.module.css";

// Why some buttons are grey, for everybody to read: nobody has to point at them.
export function Reasons({ among }: { among: readonly ActionId[] }) {
  const { item, actions } = useContainerPage();
  const reasons = reasonsOf(actions, among);
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
