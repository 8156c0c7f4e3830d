// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { containersQuery, meQuery, usersQuery } from "@/api/queries";
import type { Container, User } from "@/api/types";
import { Badge, Button, type Column, EmptyState, PlusIcon, Table, TimeText, UsersIcon } from "@/ui";
import { containerHref } from "../containers/href";
import { Loaded } from "../parts/Loaded";
import { Page, Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import { NewUserDialog } from "./NewUserDialog";
import { type GivenPassword, PasswordShown } from "./PasswordShown";
import { UserActions } from "./UserActions";

export function UsersPage() {
  const users = useQuery(usersQuery);
  const { data: containers = [] } = useQuery(containersQuery);
  const { data: me } = useQuery(meQuery);
  const [isMaking, setMaking] = useState(false);
  const [given, setGiven] = useState<GivenPassword | null>(null);
  const create = (
    <Button variant="main" icon={<PlusIcon />} onClick={() => setMaking(true)}>
      New user
    </Button>
  );
  return (
    <Page title="Users" about="Everybody who can log in." actions={create}>
      <Panel label="All users" isFlush>
        <Loaded query={users} what="The users">
          {(data) => (
            <Table
              label="Users"
              rows={data}
              rowKey={(user) => user.id}
              columns={columnsFor(containers, me?.id, setGiven)}
              empty={
                <EmptyState icon={<UsersIcon />} title="There are no users yet" actions={create}>
                  Make one for everybody who is to have a container.
                </EmptyState>
              }
            />
          )}
        </Loaded>
      </Panel>
      {isMaking && <NewUserDialog onClose={() => setMaking(false)} onGiven={setGiven} />}
      <PasswordShown given={given} onClose={() => setGiven(null)} />
    </Page>
  );
}

export function containersOf(user: User, containers: readonly Container[]): Container[] {
  return containers.filter((one) => one.members.some((member) => member.user === user.id));
}

function columnsFor(
  containers: Container[],
  me: string | undefined,
  onGiven: (given: GivenPassword) => void,
): Column<User>[] {
  return [
    {
      head: "Name",
      isName: true,
      cell: (user) => (
        <>
          {user.name} {user.id === me && <span className={partStyles.muted}>(you)</span>}
        </>
      ),
    },
    {
      head: "Role",
      cell: (user) => (user.role === "admin" ? <Badge tone="info">Administrator</Badge> : "Member"),
    },
    {
      head: "Containers",
      cell: (user) => {
        const own = containersOf(user, containers);
        if (own.length === 0) return <span className={partStyles.muted}>None</span>;
        return (
          <span className={partStyles.list}>
            {own.map((one) => (
              <Link key={one.id} href={containerHref(one.name)}>
                {one.name}
              </Link>
            ))}
          </span>
        );
      },
    },
    { head: "Made", cell: (user) => <TimeText at={user.created_at} show="ago" /> },
    {
      head: "Actions",
      isActions: true,
      cell: (user) => (
        <UserActions
          user={user}
          isMe={user.id === me}
          containers={containersOf(user, containers)}
          onGiven={onGiven}
        />
      ),
    },
  ];
}
