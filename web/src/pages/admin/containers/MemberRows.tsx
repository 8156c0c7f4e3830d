// SPDX-License-Identifier: Apache-2.0
import type { Member, User } from "@/api/types";
import { Button, CloseIcon, IconButton, PlusIcon, Select } from "@/ui";
import partStyles from "../parts/parts.module.css";

export interface MemberRow {
  user: string; // a name; empty while it is not chosen
  role: Member["role"];
}

const ROLES = [
  { value: "owner", label: "Owner" },
  { value: "operator", label: "Operator" },
  { value: "viewer", label: "Viewer" },
];

export const ROLE_WORDS =
  "Viewers look. Operators also bookmark, restore and branch. Owners also rename, lock, delete, and choose the members.";

interface MemberRowsProps {
  users: User[];
  rows: MemberRow[];
  onChange: (rows: MemberRow[]) => void;
}

// Who may do what in a container: each user once.
export function MemberRows({ users, rows, onChange }: MemberRowsProps) {
  const change = (index: number, changed: Partial<MemberRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...changed } : row)));
  const free = users.filter((user) => !rows.some((row) => row.user === user.name));
  return (
    <fieldset className={partStyles.pairs}>
      <legend>Members</legend>
      <p className={partStyles.hint}>{ROLE_WORDS}</p>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name while it is chosen
        <div key={index} className={partStyles.pair}>
          <Select
            label="User"
            value={row.user}
            options={[
              ...(row.user === "" ? [{ value: "", label: "Choose" }] : []),
              ...users
                .filter((user) => user.name === row.user || free.includes(user))
                .map((user) => ({ value: user.name, label: user.name })),
            ]}
            onChange={(user) => change(index, { user })}
          />
          <Select
            label="Role"
            value={row.role}
            options={ROLES}
            onChange={(role) => change(index, { role: role as MemberRow["role"] })}
          />
          <IconButton
            label={row.user ? `Remove ${row.user}` : "Remove this row"}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusIcon />}
          unavailable={free.length === 0 ? "Every user is a member already." : undefined}
          onClick={() =>
            onChange([...rows, { user: "", role: rows.length === 0 ? "owner" : "operator" }])
          }
        >
          Add a member
        </Button>
      </div>
    </fieldset>
  );
}

export function membersOf(rows: MemberRow[]): MemberRow[] {
  return rows.filter((row) => row.user !== "");
}
