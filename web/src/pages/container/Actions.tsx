// SPDX-License-Identifier: Apache-2.0
import { Fragment, useState } from "react";
import { useContainerPage } from "@/actions/context";
import { arranged, LOOKS, labelOf } from "@/actions/words";
import type { ActionId } from "@/model/actions";
import { Button, Toolbar, useNarrow } from "@/ui";
import { Consequence } from "./Consequence";
import { Freshness } from "./Freshness";
import { MoreActions } from "./MoreActions";
import styles from "./workspace.module.css";

// The buttons of what can be done with the selected moment, and the sentence that says what will happen.
export function Actions() {
  const { item, actions, target } = useContainerPage();
  const [pointedAt, setPointedAt] = useState<ActionId | null>(null);
  const { main, inBar, inMenu } = arranged(item, target.id, useNarrow());
  const usable = actions[main].unavailable ? inBar.find((id) => !actions[id].unavailable) : main;
  const told = pointedAt !== null && !actions[pointedAt].unavailable ? pointedAt : usable;
  return (
    <>
      <Toolbar
        label="Actions"
        className={styles.toolbar}
        onMouseLeave={() => setPointedAt(null)}
        onBlur={() => setPointedAt(null)}
      >
        {inBar.map((id) => (
          <Fragment key={id}>
            <ActionButton id={id} isMain={id === main} onPoint={setPointedAt} />
            {id === "refresh" && <Freshness />}
          </Fragment>
        ))}
        <MoreActions actions={inMenu} />
      </Toolbar>
      <Consequence of={actions[told ?? main]} among={inBar} />
    </>
  );
}

interface ActionButtonProps {
  id: ActionId;
  isMain: boolean;
  onPoint: (id: ActionId) => void;
}

function ActionButton({ id, isMain, onPoint }: ActionButtonProps) {
  const { item, actions, perform } = useContainerPage();
  const { unavailable, consequence } = actions[id];
  const look = LOOKS[id];
  const describedBy = `action-${id}`;
  return (
    <>
      <Button
        variant={isMain && !unavailable ? "main" : "plain"}
        icon={look.icon}
        {...(look.key && { shortcut: look.key })}
        {...(isMain && { "data-main": "" })}
        isOff={Boolean(unavailable)}
        aria-describedby={describedBy}
        onMouseEnter={() => onPoint(id)}
        onFocus={() => onPoint(id)}
        onClick={() => perform(id)}
      >
        {labelOf(id, item)}
      </Button>
      <span id={describedBy} hidden>
        {unavailable ?? consequence}
      </span>
    </>
  );
}
