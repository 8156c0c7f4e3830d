// SPDX-License-Identifier: Apache-2.0
import { Dialog as Base } from "@base-ui/react/dialog";
import { type FormEvent, type ReactNode, type RefObject, useRef, useState } from "react";
import { ErrorBanner } from "./Banner";
import { Button, IconButton } from "./Button";
import { classes } from "./classes";
import styles from "./dialog.module.css";
import { CloseIcon } from "./icons";

interface DialogProps {
  isOpen: boolean;
  // Without it, it cannot be closed by hand.
  onClose?: () => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  isWide?: boolean;
  // Nothing of the page below is seen meanwhile.
  isCovering?: boolean;
  // What gets the focus at first; without it the first control.
  focusAtFirst?: RefObject<HTMLElement | null>;
  // Closed by a button of its own alone, neither by Esc nor by a click beside it: what it shows is never
  // shown again.
  isFirm?: boolean;
}

// Above the page, which cannot be used meanwhile: the backdrop covers it. It may scroll, as taking its
// scroll bar away would leave a bare strip. Esc closes the dialog, and the focus returns.
export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  children,
  footer,
  isWide,
  isCovering,
  focusAtFirst,
  isFirm = false,
}: DialogProps) {
  const origin = useOrigin(isOpen);
  return (
    <Base.Root
      open={isOpen}
      modal="trap-focus"
      onOpenChange={(open) => !open && !isFirm && onClose?.()}
    >
      <Base.Portal>
        <Base.Backdrop className={classes(styles.backdrop, isCovering && styles.cover)} />
        <Base.Popup
          className={classes(styles.popup, isWide && styles.wide)}
          {...(focusAtFirst && { initialFocus: focusAtFirst })}
          finalFocus={origin}
        >
          <div className={styles.head}>
            <Base.Title className={styles.title}>{title}</Base.Title>
            {onClose && !isFirm && (
              <Base.Close render={<IconButton label="Close" size="small" data-tip={undefined} />}>
                <CloseIcon />
              </Base.Close>
            )}
          </div>
          <div className={styles.body}>
            {description && (
              <Base.Description className={styles.description} render={<div />}>
                {description}
              </Base.Description>
            )}
            {children}
          </div>
          {footer && <div className={styles.foot}>{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

// What had the focus before the dialog, to get it back. Remembered while the dialog is first drawn:
// after that a field of it has the focus already.
function useOrigin(isOpen: boolean): RefObject<HTMLElement | null> {
  const origin = useRef<HTMLElement | null>(null);
  const wasOpen = useRef(false);
  const focused = document.activeElement;
  if (isOpen && !wasOpen.current)
    origin.current = focused instanceof HTMLElement && focused !== document.body ? focused : null;
  wasOpen.current = isOpen;
  return origin;
}

interface FormDialogProps extends Omit<DialogProps, "footer" | "onClose"> {
  onClose: () => void;
  submit: string; // the word on the button, e.g. "Bookmark"
  // Carries it out. What it throws is shown in the dialog, which keeps what was typed; otherwise it closes.
  onSubmit: () => Promise<unknown>;
  isDanger?: boolean;
  canSubmit?: boolean;
  // What it does moves the focus on: it only returns where nothing was done.
  isFollowed?: boolean;
}

// Asks for something and does it.
export function FormDialog({
  submit,
  onSubmit,
  isDanger,
  canSubmit = true,
  isFollowed = false,
  children,
  ...dialog
}: FormDialogProps) {
  const keepsFocusAway = useRef(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setError(null);
    dialog.onClose();
  };
  const carryOut = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (isBusy || !canSubmit) return;
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
      keepsFocusAway.current = isFollowed;
      close();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <DialogForm
      {...dialog}
      onClose={close}
      onSubmit={carryOut}
      keepsFocusAway={keepsFocusAway}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            variant={isDanger ? "danger" : "main"}
            isBusy={isBusy}
            disabled={!canSubmit}
          >
            {submit}
          </Button>
        </>
      }
    >
      {children}
      {error !== null && <ErrorBanner error={error} />}
    </DialogForm>
  );
}

function DialogForm({
  onSubmit,
  children,
  footer,
  keepsFocusAway,
  ...dialog
}: DialogProps & {
  onSubmit: (event: FormEvent) => void;
  keepsFocusAway: RefObject<boolean>;
}) {
  const origin = useOrigin(dialog.isOpen);
  return (
    <Base.Root
      open={dialog.isOpen}
      modal="trap-focus"
      onOpenChange={(open) => !open && dialog.onClose?.()}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup
          className={classes(styles.popup, dialog.isWide && styles.wide)}
          {...(dialog.focusAtFirst && { initialFocus: dialog.focusAtFirst })}
          finalFocus={() => (keepsFocusAway.current ? false : origin.current)}
        >
          <form className={styles.form} onSubmit={onSubmit}>
            <div className={styles.head}>
              <Base.Title className={styles.title}>{dialog.title}</Base.Title>
            </div>
            <div className={styles.body}>
              {dialog.description && (
                <Base.Description className={styles.description} render={<div />}>
                  {dialog.description}
                </Base.Description>
              )}
              {children}
            </div>
            <div className={styles.foot}>{footer}</div>
          </form>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

// Asks before something is done. `children` says what will happen.
export function ConfirmDialog({ children, ...rest }: FormDialogProps) {
  return <FormDialog {...rest} description={children} />;
}
