// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { templatesQuery } from "@/api/queries";
import type { Operation, Source, Template } from "@/api/types";
import { isGoing } from "@/model/admin_operations";
import { whereFrom } from "@/model/admin_source";
import { ButtonLink, type Column, DatabaseIcon, EmptyState, PlusIcon, Table, TimeText } from "@/ui";
import { recentOperationsQuery, sourcesQuery } from "../api/queries";
import { KindName } from "../parts/KindName";
import { Loaded } from "../parts/Loaded";
import { OperationStrip } from "../parts/OperationStrip";
import { Page, Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import { useTracked } from "../parts/useTracked";
import { SourceActions } from "./SourceActions";

export function SourcesPage() {
  const sources = useQuery(sourcesQuery);
  const { data: templates = [] } = useQuery(templatesQuery);
  const tracked = useTracked();
  const link = (
    <Link href="/admin/sources/link" asChild>
      <ButtonLink variant="main" icon={<PlusIcon />}>
        Link a source
      </ButtonLink>
    </Link>
  );
  return (
    <Page
      title="Sources"
      about="Linked databases and file trees, each with a copy of its data here. Syncing fetches the newest data; containers take it by Refresh from production."
      actions={link}
    >
      <SourceStrips tracked={tracked} />
      <Panel label="All sources" isFlush>
        <Loaded query={sources} what="The sources">
          {(data) => (
            <Table
              label="Sources"
              rows={data}
              rowKey={(source) => source.id}
              columns={columnsFor(templates, tracked.follow)}
              empty={
                <EmptyState icon={<DatabaseIcon />} title="No source is linked yet" actions={link}>
                  Link your production database, a dump of it, or the files of an application. Then
                  make a template of them, and containers of the template.
                </EmptyState>
              }
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

const SOURCE_ACTS: Operation["kind"][] = [
  "link_source",
  "sync_source",
  "reseed_source",
  "reindex_source",
];

// What works on sources now, by whomever, and what was begun here.
export function SourceStrips({ tracked }: { tracked: ReturnType<typeof useTracked> }) {
  const { data: recent = [] } = useQuery(recentOperationsQuery);
  const others = recent.filter(
    (one) => SOURCE_ACTS.includes(one.kind) && isGoing(one) && one.id !== tracked.id,
  );
  return (
    <>
      {tracked.operation && (
        <OperationStrip operation={tracked.operation} onClose={() => tracked.follow(null)} />
      )}
      {others.map((one) => (
        <OperationStrip key={one.id} operation={one} />
      ))}
    </>
  );
}

export function templatesWith(source: Source, templates: readonly Template[]): Template[] {
  return templates.filter((one) => one.sources.some((place) => place.source.id === source.id));
}

function columnsFor(
  templates: Template[],
  onBegun: (operation: Operation) => void,
): Column<Source>[] {
  return [
    {
      head: "Name",
      isName: true,
      cell: (source) => <Link href={`/admin/sources/${source.id}`}>{source.name}</Link>,
    },
    { head: "Kind", cell: (source) => <KindName kind={source.config.kind} /> },
    {
      head: "Where from",
      cell: (source) => <span className={partStyles.mono}>{whereFrom(source.config)}</span>,
    },
    {
      head: "Used by",
      cell: (source) => {
        const users = templatesWith(source, templates);
        if (users.length === 0) return <span className={partStyles.muted}>No template</span>;
        return users.map((one) => one.name).join(", ");
      },
    },
    {
      head: "Last synced",
      cell: (source) =>
        source.synced_at ? <TimeText at={source.synced_at} show="ago" /> : "Not yet",
    },
    {
      head: "Updates",
      cell: (source) => {
        const words = source.follows ? "Follows all the time" : source.schedule || "By hand";
        return (
          <span className={source.schedule || source.follows ? "" : partStyles.muted}>{words}</span>
        );
      },
    },
    {
      head: "Data of",
      cell: (source) => (source.position ? <TimeText at={source.position.at} show="moment" /> : ""),
    },
    {
      head: "Actions",
      isActions: true,
      cell: (source) => (
        <SourceActions
          source={source}
          usedBy={templatesWith(source, templates)}
          onBegun={onBegun}
        />
      ),
    },
  ];
}
