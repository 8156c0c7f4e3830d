// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { containersQuery } from "@/api/queries";
import type { Container } from "@/api/types";
import { ownersOf } from "@/model/rights";
import {
  ButtonLink,
  type Column,
  ContainerIcon,
  EmptyState,
  LockIcon,
  PlusIcon,
  StateBadge,
  Table,
  TimeText,
} from "@/ui";
import { Loaded } from "../parts/Loaded";
import { OperationStrip } from "../parts/OperationStrip";
import { Page, Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import { useTracked } from "../parts/useTracked";
import { ContainerActions } from "./ContainerActions";
import { containerHref } from "./href";

export function ContainersPage() {
  const containers = useQuery(containersQuery);
  const tracked = useTracked();
  const { operation } = tracked;
  const create = (
    <Link href="/admin/containers/new" asChild>
      <ButtonLink variant="main" icon={<PlusIcon />}>
        New container
      </ButtonLink>
    </Link>
  );
  return (
    <Page
      title="Containers"
      about="Everyone's own copies: who owns them, how they are, and who works in them now."
      actions={create}
    >
      {operation && (
        <OperationStrip
          operation={operation}
          onClose={() => tracked.follow(null)}
          next={
            operation.kind === "create_container" &&
            operation.container && (
              <Link href={containerHref(operation.container.name)} asChild>
                <ButtonLink size="small">Open it</ButtonLink>
              </Link>
            )
          }
        />
      )}
      <Panel label="All containers" isFlush>
        <Loaded query={containers} what="The containers">
          {(data) => (
            <Table
              label="Containers"
              rows={data}
              rowKey={(container) => container.id}
              columns={columnsFor(tracked.follow)}
              empty={
                <EmptyState
                  icon={<ContainerIcon />}
                  title="There is no container yet"
                  actions={create}
                >
                  A container is somebody's own copy of everything in a template, started and ready.
                </EmptyState>
              }
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function columnsFor(onBegun: ReturnType<typeof useTracked>["follow"]): Column<Container>[] {
  const none = (words: string) => <span className={partStyles.muted}>{words}</span>;
  return [
    {
      head: "Name",
      isName: true,
      cell: (one) => <Link href={containerHref(one.name)}>{one.name}</Link>,
    },
    {
      head: "Template",
      cell: (one) => <Link href={`/admin/templates/${one.template.id}`}>{one.template.name}</Link>,
    },
    { head: "Owner", cell: (one) => ownersOf(one) || none("Nobody") },
    {
      head: "Other members",
      cell: (one) =>
        one.members
          .filter((member) => member.role !== "owner")
          .map((member) => `${member.name} (${member.role})`)
          .join(", ") || none("None"),
    },
    {
      head: "State",
      cell: (one) => (
        <span className={partStyles.list}>
          <StateBadge state={one.state} />
          {one.lock && (
            <span title={one.lock.why} className={partStyles.locked}>
              <LockIcon /> Locked by {one.lock.by_name}
            </span>
          )}
        </span>
      ),
    },
    {
      head: "Looking now",
      cell: (one) => (one.present ?? []).map((user) => user.name).join(", ") || none("Nobody"),
    },
    { head: "Made", cell: (one) => <TimeText at={one.created_at} show="ago" /> },
    {
      head: "Actions",
      isActions: true,
      cell: (one) => <ContainerActions container={one} onBegun={onBegun} />,
    },
  ];
}
