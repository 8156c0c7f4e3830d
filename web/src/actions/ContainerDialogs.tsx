// SPDX-License-Identifier: Apache-2.0
// What is done with the container itself.
import { useState } from "react";
import { useLocation } from "wouter";
import { deleteContainer, editContainer, lock } from "@/api/acts";
import { ConfirmDialog, FormDialog, TextField, toast } from "@/ui";
import { useContainerPage } from "./context";

export function RenameDialog({ onClose }: { onClose: () => void }) {
  const page = useContainerPage();
  const [name, setName] = useState(page.container.name);
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`Rename “${page.container.name}”`}
      submit="Rename"
      canSubmit={name.trim() !== ""}
      onSubmit={() => page.send(() => editContainer(page.container.id, { name: name.trim() }))}
    >
      <TextField
        label="Name"
        hint="Its addresses stay the same."
        autoFocus
        required
        maxLength={64}
        value={name}
        onChange={setName}
        onFocus={(event) => event.target.select()}
      />
    </FormDialog>
  );
}

export function LockDialog({ onClose }: { onClose: () => void }) {
  const page = useContainerPage();
  const [why, setWhy] = useState("");
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`Lock “${page.container.name}”`}
      description="Until it is unlocked, only you and administrators can change this container. Its databases and applications go on."
      submit="Lock"
      onSubmit={() => page.send(() => lock(page.container.id, why.trim()))}
    >
      <TextField
        label="Why"
        hint="Everybody who looks at it sees this."
        isOptional
        autoFocus
        maxLength={4096}
        value={why}
        onChange={setWhy}
      />
    </FormDialog>
  );
}

export function DeleteContainerDialog({ onClose }: { onClose: () => void }) {
  const page = useContainerPage();
  const [, go] = useLocation();
  const { name } = page.container;
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`Delete container “${name}”?`}
      submit="Delete the container"
      isDanger
      onSubmit={async () => {
        await page.send(() => deleteContainer(page.container.id));
        toast(`“${name}” goes to the trash.`);
        go("/");
      }}
    >
      It goes to the trash with all its branches, from where it can come back. Its addresses are
      given up.
    </ConfirmDialog>
  );
}
