// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { containersQuery, templatesQuery, usersQuery } from "@/api/queries";
import type { Template, User } from "@/api/types";
import { nameProblem } from "@/model/admin_names";
import { isGoing } from "@/model/admin_operations";
import {
  Banner,
  Button,
  ButtonLink,
  EmptyState,
  ErrorBanner,
  Select,
  TemplateIcon,
  TextField,
} from "@/ui";
import { createContainer } from "../api/acts";
import { Loaded } from "../parts/Loaded";
import { OperationStrip } from "../parts/OperationStrip";
import { Page, Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import { useForm } from "../parts/useForm";
import { useTracked } from "../parts/useTracked";
import { containerHref } from "./href";
import { type MemberRow, MemberRows, membersOf } from "./MemberRows";

export function NewContainerPage() {
  const templates = useQuery(templatesQuery);
  const users = useQuery(usersQuery);
  return (
    <Page
      title="New container"
      above={{ href: "/admin/containers", words: "Containers" }}
      about="Somebody's own copy of everything in a template, with addresses of its own, started and ready."
    >
      <Loaded query={templates} what="The templates">
        {(mould) => (
          <Loaded query={users} what="The users">
            {(people) =>
              mould.length === 0 ? (
                <NoTemplate />
              ) : (
                <ContainerForm templates={mould} users={people} />
              )
            }
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

function NoTemplate() {
  return (
    <Panel>
      <EmptyState
        icon={<TemplateIcon />}
        title="There is no template yet"
        actions={
          <Link href="/admin/templates/new" asChild>
            <ButtonLink variant="main">New template</ButtonLink>
          </Link>
        }
      >
        A container is a copy of a template. Make one first.
      </EmptyState>
    </Panel>
  );
}

function ContainerForm({ templates, users }: { templates: Template[]; users: User[] }) {
  const [params] = useSearchParams();
  const wanted = params.get("template");
  const first = templates.find((one) => one.id === wanted) ?? templates[0];
  const [name, setName] = useState("");
  const [template, setTemplate] = useState(first?.id ?? "");
  const [rows, setRows] = useState<MemberRow[]>([{ user: "", role: "owner" }]);
  const { data: containers = [] } = useQuery(containersQuery);
  const [, go] = useLocation();
  const tracked = useTracked();
  const members = membersOf(rows);
  const problem = containers.some((one) => one.name === name)
    ? `A container called “${name}” exists already.`
    : nameProblem(name);
  const { form, ...state } = useForm(problem ? { name: problem } : {}, async () =>
    tracked.follow(await createContainer({ name, template, members })),
  );
  const { operation } = tracked;
  const isBusy = state.isBusy || (operation !== undefined && isGoing(operation));
  const another = () => {
    state.reset();
    tracked.follow(null);
    setName("");
    setRows([{ user: "", role: "owner" }]);
  };
  const isDone = operation?.state === "succeeded";
  // Beside the button that began it.
  const strip = operation && (
    <OperationStrip
      operation={operation}
      afterFailure="No container was made."
      next={
        <>
          <Link href={containerHref(operation.container?.name ?? name)} asChild>
            <ButtonLink size="small">Open it</ButtonLink>
          </Link>
          <Button size="small" onClick={another}>
            Another one
          </Button>
        </>
      }
    />
  );
  return (
    <>
      {isDone && strip}
      {!isDone && (
        <form ref={form} className={partStyles.form} onSubmit={state.submit} noValidate>
          <Panel>
            <fieldset className={partStyles.bare} disabled={isBusy}>
              <div className={partStyles.fields}>
                <TextField
                  label="Name"
                  value={name}
                  maxLength={64}
                  error={state.shown.name}
                  hint="Often that of who works with it."
                  onChange={setName}
                />
                <Select
                  label="Template"
                  value={template}
                  options={templates.map((one) => ({
                    value: one.id,
                    label: one.newest_at ? one.name : `${one.name} (no data yet)`,
                  }))}
                  onChange={setTemplate}
                />
              </div>
              <MemberRows users={users} rows={rows} onChange={setRows} />
              {members.length === 0 && (
                <Banner tone="warning" title="Without a member only administrators see it" />
              )}
            </fieldset>
          </Panel>
          {strip}
          {state.error !== null && <ErrorBanner error={state.error} />}
          <div className={partStyles.foot}>
            <Button type="submit" variant="main" isBusy={isBusy}>
              {isBusy ? "Making it" : "Make the container"}
            </Button>
            <Button onClick={() => go("/admin/containers")}>
              {isBusy ? "Leave it running" : "Cancel"}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}
