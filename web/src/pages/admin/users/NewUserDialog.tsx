// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import type { User } from "@/api/types";
import { identifierProblem } from "@/model/admin_names";
import { SHORTEST_PASSWORD } from "@/model/admin_password";
import { FormDialog, PasswordField, RadioGroup, TextField } from "@/ui";
import { createUser } from "../api/acts";
import { useAct } from "../parts/useAct";
import type { GivenPassword } from "./PasswordShown";

interface NewUserDialogProps {
  onClose: () => void;
  onGiven: (given: GivenPassword) => void;
}

export function NewUserDialog({ onClose, onGiven }: NewUserDialogProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<User["role"]>("member");
  const [how, setHow] = useState<"made" | "given">("made");
  const [password, setPassword] = useState("");
  const act = useAct();
  const isShort = how === "given" && password.length < SHORTEST_PASSWORD;
  const create = async () => {
    const body = { name, role, ...(how === "given" && { password }) };
    const made = await act(
      () => createUser(body),
      how === "given" ? `User “${name}” is made.` : undefined,
    );
    if (made.password) onGiven({ user: made.name, password: made.password, isNew: true });
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="New user"
      submit="Make the user"
      canSubmit={identifierProblem(name) === null && !isShort}
      onSubmit={create}
    >
      <TextField
        label="Name"
        autoCapitalize="none"
        value={name}
        maxLength={32}
        error={name === "" ? null : identifierProblem(name)}
        onChange={setName}
      />
      <RadioGroup
        label="Role"
        value={role}
        onChange={setRole}
        options={[
          {
            value: "member",
            label: "Member",
            hint: "Works in the containers that one is a member of.",
          },
          { value: "admin", label: "Administrator", hint: "Sees and may do everything." },
        ]}
      />
      <RadioGroup
        label="Password"
        value={how}
        onChange={setHow}
        options={[
          { value: "made", label: "Make one up", hint: "It is shown once, to be copied." },
          { value: "given", label: "Choose one" },
        ]}
      />
      {how === "given" && (
        <PasswordField
          label="Password"
          autoComplete="new-password"
          value={password}
          error={password !== "" && isShort ? `At least ${SHORTEST_PASSWORD} characters.` : null}
          hint={`At least ${SHORTEST_PASSWORD} characters.`}
          onChange={setPassword}
        />
      )}
    </FormDialog>
  );
}
