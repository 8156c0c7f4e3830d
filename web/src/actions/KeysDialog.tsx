// SPDX-License-Identifier: Apache-2.0
import { Dialog } from "@/ui";
import styles from "./dialogs.module.css";

const KEYS: [string[], string][] = [
  [["B"], "Bookmark"],
  [["R"], "Restore"],
  [["N"], "New branch"],
  [["S"], "Share"],
  [["U"], "Undo"],
  [["G"], "Go to time"],
  [["/"], "Filter the list"],
  [["←", "→"], "Previous, next moment"],
  [["Home", "End"], "First moment, now"],
  [["Page ↑", "Page ↓"], "Previous, next bookmark"],
  [["↑", "↓"], "Another branch on the timeline; another row in a list"],
  [["Enter"], "To the actions of the selected moment"],
  [["Shift+F10"], "The same as a menu"],
  [["+", "−"], "Zoom the timeline"],
  [["Tab"], "Branch, timeline, actions, tabs, list"],
  [["Esc"], "Close"],
  [["?"], "These keys"],
];

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Keys"
      description="Letters work everywhere but in a field that you type in."
    >
      <dl className={styles.keys} tabIndex={0}>
        {KEYS.map(([keys, words]) => (
          <div key={words} style={{ display: "contents" }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
