import { Menu as Base } from "@base-ui/react/menu";
import { Fragment, type ReactElement, type ReactNode } from "react";
import { Link } from "wouter";
import { classes } from "./classes";
import styles from "./menu.module.css";

export interface MenuItem {
  label: ReactNode;
  icon?: ReactNode;
  hint?: ReactNode;
  shortcut?: string;
  isDanger?: boolean;
  // Why it cannot be chosen now, shown below its label.
  unavailable?: string | undefined;
  onSelect?: () => void;
  // Leads to a page of ours instead.
  href?: string;
}

// Parts are divided by lines.
export interface MenuPart {
  heading?: ReactNode;
  items: MenuItem[];
}

interface MenuProps {
  // The button that opens it: <Button> or <IconButton>.
  trigger: ReactElement;
  parts: MenuPart[];
  align?: "start" | "end";
}

export function Menu({ trigger, parts, align = "start" }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Popup parts={parts} align={align} />
    </Base.Root>
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
  return (
    <Base.Root open={at !== null} onOpenChange={(open) => !open && onClose()}>
      <Popup parts={parts} align="start" label={label} {...(at && { at })} />
    </Base.Root>
  );
}

function Popup({
  parts,
  align,
  at,
  label,
}: {
  parts: MenuPart[];
  align: "start" | "end";
  at?: { x: number; y: number };
  label?: string;
}) {
  const anchor = at && {
    getBoundingClientRect: () => DOMRect.fromRect({ ...at, width: 0, height: 0 }),
  };
  return (
    <Base.Portal>
      <Base.Positioner
        className={styles.positioner}
        sideOffset={4}
        align={align}
        {...(anchor && { anchor })}
      >
        <Base.Popup className={styles.popup} aria-label={label}>
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
  );
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
