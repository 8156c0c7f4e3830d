// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { editContainer } from "@/api/acts";
import type { Member } from "@/api/types";
import { Button, CloseIcon, FormDialog, IconButton, PlusIcon, Select, TextField } from "@/ui";
import { useContainerPage } from "./context";
import styles from "./dialogs.module.css";

type Role = Member["role"];
interface Row {
  id: number;
  user: string;
  role: Role;
}

const ROLES = [
  { value: "viewer", label: "Viewer" },
  { value: "operator", label: "Operator" },
  { value: "owner", label: "Owner" },
];

let rowCount = 0;
const newRow = (user: string, role: Role): Row => ({ id: ++rowCount, user, role });

export function MembersDialog({ onClose }: { onClose: () => void }) {
  const page = useContainerPage();
  const [rows, setRows] = useState(() =>
    page.container.members.map((member) => newRow(member.name, member.role)),
  );
  const change = (changed: Row) =>
    setRows(rows.map((row) => (row.id === changed.id ? changed : row)));
  const members = rows
    .filter((row) => row.user.trim() !== "")
    .map((row) => ({ user: row.user.trim(), role: row.role }));
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`Members of “${page.container.name}”`}
      description="Viewers look. Operators also bookmark, restore and branch. Owners also rename, lock, delete, and choose the members."
      submit="Save"
      onSubmit={() => page.send(() => editContainer(page.container.id, { members }))}
    >
      {rows.map((row) => (
        <div key={row.id} className={styles.member}>
          <TextField
            label="User"
            autoCapitalize="none"
            value={row.user}
            onChange={(user) => change({ ...row, user })}
          />
          <Select
            label="Role"
            options={ROLES}
            value={row.role}
            onChange={(role) => change({ ...row, role: role as Role })}
          />
          <IconButton
            label={`Remove ${row.user}`}
            onClick={() => setRows(rows.filter((other) => other !== row))}
          >
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusIcon />}
          onClick={() => setRows([...rows, newRow("", "operator")])}
        >
          Add a member
        </Button>
      </div>
    </FormDialog>
  );
}
