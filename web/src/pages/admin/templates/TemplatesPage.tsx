// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { containersQuery, templatesQuery } from "@/api/queries";
import type { Container, Template } from "@/api/types";
import { counted } from "@/model/time";
import { ButtonLink, type Column, EmptyState, PlusIcon, Table, TemplateIcon, TimeText } from "@/ui";
import { Loaded } from "../parts/Loaded";
import { Page, Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";

export function TemplatesPage() {
  const templates = useQuery(templatesQuery);
  const { data: containers = [] } = useQuery(containersQuery);
  const create = (
    <Link href="/admin/templates/new" asChild>
      <ButtonLink variant="main" icon={<PlusIcon />}>
        New template
      </ButtonLink>
    </Link>
  );
  return (
    <Page
      title="Templates"
      about="A template names the sources that belong together. Containers are made of it."
      actions={create}
    >
      <Panel label="All templates" isFlush>
        <Loaded query={templates} what="The templates">
          {(data) => (
            <Table
              label="Templates"
              rows={data}
              rowKey={(template) => template.id}
              columns={columnsFor(containers)}
              empty={
                <EmptyState
                  icon={<TemplateIcon />}
                  title="There is no template yet"
                  actions={create}
                >
                  Make one of linked sources, or from a template file, which links them too.
                </EmptyState>
              }
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function columnsFor(containers: Container[]): Column<Template>[] {
  const count = (template: Template) =>
    containers.filter((container) => container.template.id === template.id).length;
  return [
    {
      head: "Name",
      isName: true,
      cell: (template) => <Link href={`/admin/templates/${template.id}`}>{template.name}</Link>,
    },
    {
      head: "Sources",
      cell: (template) => (
        <span className={partStyles.mono}>
          {template.sources.map((place) => place.name).join(", ")}
        </span>
      ),
    },
    { head: "Version", cell: (template) => template.version, align: "end" },
    {
      head: "Newest data",
      cell: (template) => (template.newest_at ? <TimeText at={template.newest_at} /> : "None yet"),
    },
    {
      head: "Containers",
      cell: (template) => {
        const number = count(template);
        return number === 0 ? (
          <span className={partStyles.muted}>None</span>
        ) : (
          counted(number, "container")
        );
      },
    },
  ];
}
