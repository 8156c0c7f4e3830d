// SPDX-License-Identifier: Apache-2.0
import { session } from "@/api/session";
import { Dialog } from "@/ui";
import { LoginForm } from "./LoginForm";

// Over the page and its dialogs, when the session has ended: what was typed below stays, but nobody
// reads it until somebody has logged in. It cannot be closed, as nothing works without a session.
export function LoginDialog({ name }: { name: string }) {
  const isOpen = session.use() === "ended";
  return (
    <Dialog
      isOpen={isOpen}
      isCovering
      title="Log in again"
      description="Your session has ended. Nothing you typed is lost: log in, and go on."
    >
      {isOpen && <LoginForm name={name} />}
    </Dialog>
  );
}
