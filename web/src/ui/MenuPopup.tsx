// SPDX-License-Identifier: Apache-2.0
import { Menu as Base } from "@base-ui/react/menu";
import { Fragment, useEffect, useRef } from "react";
import { Link } from "wouter";
import { classes } from "./classes";
import styles from "./menu.module.css";
import type { MenuItem, MenuPart } from "./menu_parts";

interface MenuPopupProps {
  anchor: HTMLElement | { getBoundingClientRect: () => DOMRect };
  isOpen: boolean;
  onClose: () => void;
  parts: MenuPart[];
  align: "start" | "end";
  label?: string; // without it the anchor's
}

// A menu beside its anchor, with the focus on its first item. Closed, it gives the focus back to whom it came from.
export default function MenuPopup({
  anchor,
  isOpen,
  onClose,
  parts,
  align,
  label,
}: MenuPopupProps) {
  const popup = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    // After the menu has been placed, so that nothing scrolls.
    const frame = requestAnimationFrame(() =>
      popup.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [isOpen]);
  const name = label ?? (anchor instanceof HTMLElement ? nameOf(anchor) : undefined);
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={4} align={align} anchor={anchor}>
          <Base.Popup
            ref={popup}
            className={styles.popup}
            aria-label={name}
            {...(anchor instanceof HTMLElement && { finalFocus: () => anchor })}
          >
            {parts
              .filter((part) => part.items.length > 0)
              .map((part, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a menu have no other name
                <Fragment key={index}>
                  {index > 0 && <Base.Separator className={styles.separator} />}
                  <Base.Group>
                    {part.heading && (
                      <Base.GroupLabel className={styles.heading}>{part.heading}</Base.GroupLabel>
                    )}
                    {part.items.map((item, position) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: nor have its items
                      <Item key={position} item={item} />
                    ))}
                  </Base.Group>
                </Fragment>
              ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function nameOf(button: HTMLElement): string | undefined {
  return button.getAttribute("aria-label") ?? button.textContent ?? undefined;
}

function Item({ item }: { item: MenuItem }) {
  const className = classes(styles.item, item.isDanger && styles.danger);
  const content = (
    <>
      {item.icon}
      <span className={styles.words}>
        {item.label}
        {(item.unavailable || item.hint) && (
          <span className={styles.hint}>{item.unavailable || item.hint}</span>
        )}
      </span>
      {item.shortcut && (
        <span className={styles.key} aria-hidden="true">
          {item.shortcut}
        </span>
      )}
    </>
  );
  if (item.href) {
    return (
      <Base.LinkItem className={className} closeOnClick render={<Link href={item.href} />}>
        {content}
      </Base.LinkItem>
    );
  }
  return (
    <Base.Item
      className={className}
      disabled={Boolean(item.unavailable)}
      {...(item.onSelect && { onClick: item.onSelect })}
    >
      {content}
    </Base.Item>
  );
}
