// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { operationQuery } from "@/api/queries";
import type { Operation } from "@/api/types";
import { isGoing, tookOf, wordsOfOperation } from "@/model/admin_operations";
import { capitalized } from "@/model/words";
import { Badge, type Column, CopyButton, Output, StateBadge, Table, TimeText } from "@/ui";
import { containerHref } from "../containers/href";
import { Loaded } from "../parts/Loaded";
import { OperationStrip } from "../parts/OperationStrip";
import { Facts, Page, Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import { useSeconds } from "../parts/useSeconds";

const ABOVE = { href: "/admin/operations", words: "Operations" };

export function OperationPage({ id }: { id: string }) {
  const query = useQuery(operationQuery(id));
  if (query.data) return <Shown operation={query.data} />;
  return (
    <Page title="Operation" above={ABOVE}>
      <Loaded query={query} what="The operation">
        {() => null}
      </Loaded>
    </Page>
  );
}

function Shown({ operation }: { operation: Operation }) {
  const now = useSeconds(isGoing(operation));
  const words = capitalized(wordsOfOperation(operation, now));
  const needsStrip = isGoing(operation) || operation.state === "failed";
  return (
    <Page
      title={words}
      heading={
        <>
          {words} <StateBadge state={operation.state} />
        </>
      }
      above={ABOVE}
    >
      {needsStrip && <OperationStrip operation={operation} hasDetails={false} />}
      <Panel title="About it">
        <Facts facts={factsOf(operation, now)} />
      </Panel>
      {operation.steps.length > 0 && (
        <Panel title="Steps" isFlush>
          <Table
            label="Steps"
            rows={operation.steps.map((step, index) => ({ ...step, index }))}
            rowKey={(step) => String(step.index)}
            columns={stepColumns(now)}
          />
        </Panel>
      )}
      <Hooks operation={operation} />
    </Page>
  );
}

// What the template's hooks said in it.
function Hooks({ operation }: { operation: Operation }) {
  const runs = operation.steps
    .flatMap((step) => step.hooks ?? [])
    .map((run, index) => ({ ...run, index }));
  if (runs.length === 0) return null;
  return (
    <Panel title="Hooks">
      {runs.map((run) => (
        <section key={run.index}>
          <p>
            {run.when} of {run.source} ({run.hook}):{" "}
            {run.error ? `failed, ${run.error}` : `done in ${tookOf(run, 0)}`}
          </p>
          {run.output && <Output words={run.output} />}
        </section>
      ))}
    </Panel>
  );
}

function factsOf(operation: Operation, now: number): [string, ReactNode][] {
  const { actor, container, branch, template, source, parent, positions } = operation;
  return [
    ["By", actor.name],
    ["Began", <TimeText key="t" at={operation.created_at} />],
    ["Took", tookOf(operation, Math.max(now, Date.parse(operation.created_at)))],
    [
      "Container",
      container?.name && <Link href={containerHref(container.name)}>{container.name}</Link>,
    ],
    ["Branch", branch?.name],
    [
      "Template",
      template?.name && <Link href={`/admin/templates/${template.id}`}>{template.name}</Link>,
    ],
    ["Source", source?.name && <Link href={`/admin/sources/${source.id}`}>{source.name}</Link>],
    [
      "Data from",
      parent && (
        <>
          {parent.words}, <TimeText at={parent.at} />
        </>
      ),
    ],
    ...Object.entries(positions).map(([name, position]): [string, ReactNode] => [
      `Data of ${name}`,
      <>
        <TimeText at={position.at} />
        {position.position && (
          <span className={partStyles.hint}>
            {" "}
            Exact position <code>{position.position}</code>
          </span>
        )}
      </>,
    ]),
    [
      "Id",
      <span key="id" className={partStyles.list}>
        <code>{operation.id}</code>
        <CopyButton text={operation.id} label="Copy the id" />
      </span>,
    ],
  ];
}

type Step = Operation["steps"][number] & { index: number };

const STEP_WORDS = { pending: "Not begun", running: "Running", done: "Done", undone: "Taken back" };

function stepColumns(now: number): Column<Step>[] {
  return [
    { head: "Step", isName: true, cell: (step) => step.words },
    {
      head: "State",
      cell: (step) =>
        step.state === "running" ? (
          <StateBadge state="running" />
        ) : (
          <Badge tone={step.state === "undone" ? "warning" : "neutral"}>
            {STEP_WORDS[step.state]}
          </Badge>
        ),
    },
    {
      head: "Began",
      cell: (step) => (step.started_at ? <TimeText at={step.started_at} show="moment" /> : ""),
    },
    {
      head: "Took",
      align: "end",
      // What was taken back has no end of its own.
      cell: (step) =>
        step.started_at && (step.ended_at || step.state === "running")
          ? tookOf(step, Math.max(now, Date.parse(step.started_at)))
          : "",
    },
  ];
}
