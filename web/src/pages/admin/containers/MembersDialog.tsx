// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { editContainer } from "@/api/acts";
import { usersQuery } from "@/api/queries";
import type { Container } from "@/api/types";
import { Banner, FormDialog } from "@/ui";
import { Loaded } from "../parts/Loaded";
import { useAct } from "../parts/useAct";
import { MemberRows, membersOf } from "./MemberRows";

export function MembersDialog({
  container,
  onClose,
}: {
  container: Container;
  onClose: () => void;
}) {
  const users = useQuery(usersQuery);
  const [rows, setRows] = useState(() =>
    container.members.map((member) => ({ user: member.name, role: member.role })),
  );
  const members = membersOf(rows);
  const act = useAct();
  return (
    <FormDialog
      isOpen
      isWide
      onClose={onClose}
      title={`Members of “${container.name}”`}
      submit="Save"
      onSubmit={() => act(() => editContainer(container.id, { members }), "Members saved.")}
    >
      <Loaded query={users} what="The users">
        {(data) => <MemberRows users={data} rows={rows} onChange={setRows} />}
      </Loaded>
      {!members.some((member) => member.role === "owner") && (
        <Banner tone="warning" title="Nobody owns it">
          Only administrators can then rename, lock or delete it, and choose its members.
        </Banner>
      )}
    </FormDialog>
  );
}
