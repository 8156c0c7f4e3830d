import { useContainerPage } from "@/actions/context";
import { labelOf } from "@/actions/words";
import type { Action } from "@/model/actions";
import { ChevronDownIcon, useNarrow } from "@/ui";
import { hasDetails, SelectionDetails } from "./Selection";
import styles from "./workspace.module.css";

// What an action will do, or why it cannot. In a narrow window one sentence; the rest unfolds, with
// what else there is to say of the selected moment.
export function Consequence({ of: told }: { of: Action }) {
  const { id, unavailable, gist, rest, consequence } = told;
  const { item } = useContainerPage();
  const isNarrow = useNarrow();
  const sentence = (words: string) => (
    <>
      <strong>{labelOf(id, item)}:</strong> {words}
    </>
  );
  const more = unavailable ? "" : rest;
  if (!isNarrow || (!more && !hasDetails(item)))
    return <p className={styles.consequence}>{sentence(unavailable ?? consequence)}</p>;
  return (
    <details className={styles.folded}>
      <summary className={styles.consequence}>
        <span>{sentence(unavailable ?? gist)}</span>
        <ChevronDownIcon />
      </summary>
      {more && <p className={styles.consequence}>{more}</p>}
      <SelectionDetails />
    </details>
  );
}
