// SPDX-License-Identifier: Apache-2.0
import { Button, CopyButton, Dialog } from "@/ui";
import styles from "./users.module.css";

export interface GivenPassword {
  user: string;
  password: string;
  isNew: boolean;
}

// A password that nobody can read again.
export function PasswordShown({
  given,
  onClose,
}: {
  given: GivenPassword | null;
  onClose: () => void;
}) {
  return (
    <Dialog
      isOpen={given !== null}
      onClose={onClose}
      isFirm
      title={given?.isNew ? `User “${given.user}” is made` : `New password of “${given?.user}”`}
      description={
        given?.isNew
          ? "This is the password. It is shown only now: copy it and hand it over."
          : "It is shown only now: copy it and hand it over. Where the user was logged in, the new one is asked for."
      }
      footer={
        <Button variant="main" onClick={onClose}>
          I have copied it
        </Button>
      }
    >
      <div className={styles.password}>
        <code>{given?.password}</code>
        <CopyButton
          size="medium"
          words="Copy"
          label="Copy the password"
          text={given?.password ?? ""}
        />
      </div>
    </Dialog>
  );
}
