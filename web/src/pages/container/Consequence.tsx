// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { labelOf } from "@/actions/words";
import type { ActionId } from "@/model/action_ids";
import { type Action, reasonsOf } from "@/model/actions";
import { ChevronDownIcon, useNarrow } from "@/ui";
import { Reasons } from "./Reasons";
import { hasDetails, SelectionDetails } from "./Selection";
import styles from "./workspace.module.css";

// What an action will do, and why those of the bar that are grey cannot be used. In a narrow window one
// sentence; the rest unfolds, with what else there is to say of the selected moment.
export function Consequence({ of: told, among }: { of: Action; among: readonly ActionId[] }) {
  const { id, unavailable, gist, rest, consequence } = told;
  const { item, actions, container } = useContainerPage();
  const isNarrow = useNarrow();
  const sentence = (words: string) => (
    <>
      <strong>{labelOf(id, item)}:</strong> {words}
    </>
  );
  if (!isNarrow) {
    // Of one that cannot be used the reason is below.
    return (
      <>
        {(!unavailable || container.operation) && (
          <p className={styles.consequence}>{sentence(consequence)}</p>
        )}
        <Reasons among={among} />
      </>
    );
  }
  const more = unavailable ? "" : rest;
  const hasReasons = reasonsOf(actions, among).some(({ why }) => why !== unavailable);
  if (!more && !hasDetails(item) && !hasReasons)
    return <p className={styles.consequence}>{sentence(unavailable ?? consequence)}</p>;
  return (
    <details className={styles.folded}>
      <summary className={styles.consequence}>
        <span>{sentence(unavailable ?? gist)}</span>
        <ChevronDownIcon />
      </summary>
      {more && <p className={styles.consequence}>{more}</p>}
      <Reasons among={among} />
      <SelectionDetails />
    </details>
  );
}
