// SPDX-License-Identifier: Apache-2.0
import {
  cloneElement,
  type KeyboardEvent,
  lazy,
  type MouseEvent,
  type ReactElement,
  Suspense,
  useState,
} from "react";
import type { ButtonProps } from "./Button";
import { fetched } from "./fetched";
import type { MenuPart } from "./menu_parts";

// What draws menus is fetched when the first one is opened.
const MenuPopup = lazy(() => fetched(() => import("./MenuPopup")));

interface MenuProps {
  // The button that opens it: <Button> or <IconButton>.
  trigger: ReactElement<ButtonProps>;
  parts: MenuPart[];
  align?: "start" | "end";
}

export function Menu({ trigger, parts, align = "start" }: MenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isOpen, setOpen] = useState(false);
  const openAt = (button: HTMLElement) => {
    setAnchor(button);
    setOpen(true);
  };
  return (
    <>
      {cloneElement(trigger, {
        "aria-haspopup": "menu",
        "aria-expanded": isOpen,
        onClick: (event: MouseEvent<HTMLButtonElement>) => {
          trigger.props.onClick?.(event);
          openAt(event.currentTarget);
        },
        onKeyDown: (event: KeyboardEvent<HTMLButtonElement>) => {
          trigger.props.onKeyDown?.(event);
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          openAt(event.currentTarget);
        },
      })}
      {anchor && (
        <Suspense fallback={null}>
          <MenuPopup
            anchor={anchor}
            isOpen={isOpen}
            onClose={() => setOpen(false)}
            parts={parts}
            align={align}
          />
        </Suspense>
      )}
    </>
  );
}

interface MenuAtProps {
  // Where on the screen; null while it is closed.
  at: { x: number; y: number } | null;
  onClose: () => void;
  parts: MenuPart[];
  label: string;
}

// A menu beside something that is no button, e.g. after a right click.
export function MenuAt({ at, onClose, parts, label }: MenuAtProps) {
  const [last, setLast] = useState(at);
  if (at && at !== last) setLast(at);
  if (!last) return null;
  const anchor = {
    getBoundingClientRect: () => DOMRect.fromRect({ ...last, width: 0, height: 0 }),
  };
  return (
    <Suspense fallback={null}>
      <MenuPopup
        anchor={anchor}
        isOpen={at !== null}
        onClose={onClose}
        parts={parts}
        align="start"
        label={label}
      />
    </Suspense>
  );
}
