// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import type { Container, User } from "@/api/types";
import { PASSWORD_BYTES, passwordOf } from "@/model/admin_password";
import { listed } from "@/model/words";
import { ConfirmDialog, IconButton, KeyIcon, Menu, MoreIcon, SettingsIcon, TrashIcon } from "@/ui";
import { changeUser, deleteUser } from "../api/acts";
import { useAct } from "../parts/useAct";
import type { GivenPassword } from "./PasswordShown";

interface UserActionsProps {
  user: User;
  isMe: boolean;
  containers: Container[];
  onGiven: (given: GivenPassword) => void;
}

export function UserActions({ user, isMe, containers, onGiven }: UserActionsProps) {
  const [asking, setAsking] = useState<"password" | "role" | "delete" | null>(null);
  const close = () => setAsking(null);
  const act = useAct();
  const isAdmin = user.role === "admin";
  const resetPassword = async () => {
    const password = passwordOf(crypto.getRandomValues(new Uint8Array(PASSWORD_BYTES)));
    await act(() => changeUser(user.id, { password }));
    onGiven({ user: user.name, password, isNew: false });
  };
  const changeRole = () =>
    act(
      () => changeUser(user.id, { role: isAdmin ? "member" : "admin" }),
      `${user.name} is ${isAdmin ? "a member" : "an administrator"} now.`,
    );
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={`More for ${user.name}`} size="small">
            <MoreIcon />
          </IconButton>
        }
        parts={[
          {
            items: [
              {
                label: "Reset password...",
                icon: <KeyIcon />,
                unavailable: isMe ? "You change your own in your account." : undefined,
                onSelect: () => setAsking("password"),
              },
              {
                label: isAdmin ? "Make a member..." : "Make an administrator...",
                icon: <SettingsIcon />,
                unavailable: isMe
                  ? "Your own role is changed by another administrator."
                  : undefined,
                onSelect: () => setAsking("role"),
              },
            ],
          },
          {
            items: [
              {
                label: "Delete...",
                icon: <TrashIcon />,
                isDanger: true,
                unavailable: isMe ? "You cannot delete yourself." : undefined,
                onSelect: () => setAsking("delete"),
              },
            ],
          },
        ]}
      />
      <ConfirmDialog
        isOpen={asking === "password"}
        onClose={close}
        title={`Reset the password of “${user.name}”?`}
        submit="Reset"
        onSubmit={resetPassword}
      >
        The old password stops working, and the user is logged out everywhere. A new one is made up
        and shown once. Access tokens stay.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asking === "role"}
        onClose={close}
        title={isAdmin ? `Make “${user.name}” a member?` : `Make “${user.name}” an administrator?`}
        submit={isAdmin ? "Make a member" : "Make an administrator"}
        onSubmit={changeRole}
      >
        {isAdmin
          ? "A member sees only the containers that one is a member of."
          : "An administrator sees and may do everything, in every container too. All of it is recorded."}
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asking === "delete"}
        onClose={close}
        title={`Delete user “${user.name}”?`}
        submit="Delete"
        isDanger
        onSubmit={() => act(() => deleteUser(user.id), `User “${user.name}” is deleted.`)}
      >
        <p>
          The login, sessions and access tokens end at once, for good. What the user did stays
          recorded.
        </p>
        <p>{whatIsLeft(user, containers)}</p>
      </ConfirmDialog>
    </>
  );
}

// What becomes of the user's containers.
function whatIsLeft(user: User, containers: Container[]): string {
  if (containers.length === 0) return "The user is a member of no container.";
  const alone = containers.filter((one) =>
    one.members.every((member) => member.user === user.id || member.role !== "owner"),
  );
  const owned = alone.filter((one) =>
    one.members.some((member) => member.user === user.id && member.role === "owner"),
  );
  const names = (some: Container[]) => listed(some.map((one) => `“${one.name}”`));
  if (owned.length === 0) return `The user leaves ${names(containers)}.`;
  return `${names(owned)} will have no owner: only administrators can then delete or hand ${owned.length === 1 ? "it" : "them"} on. Nothing in ${owned.length === 1 ? "it" : "them"} is deleted.`;
}
