// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { templatesQuery } from "@/api/queries";
import type { Template } from "@/api/types";
import pageStyles from "@/pages/page.module.css";
import { Badge, ButtonLink, EmptyState, PlusIcon, Tabs, TemplateIcon, TimeText } from "@/ui";
import { templateBookmarksQuery } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { OperationStrip } from "../parts/OperationStrip";
import { Page } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import { useTracked } from "../parts/useTracked";
import { DeleteTemplate } from "./DeleteTemplate";
import { TemplateBookmarks } from "./TemplateBookmarks";
import { TemplateHistory } from "./TemplateHistory";
import { Versions } from "./Versions";

const ABOVE = { href: "/admin/templates", words: "Templates" };

export function TemplatePage({ id, tab }: { id: string; tab: string }) {
  const templates = useQuery(templatesQuery);
  return (
    <Loaded query={templates} what="The template">
      {(data) => {
        const template = data.find((one) => one.id === id || one.name === id);
        return template ? <Shown template={template} tab={tab} /> : <Gone />;
      }}
    </Loaded>
  );
}

export function Gone() {
  return (
    <Page title="Template" above={ABOVE}>
      <EmptyState icon={<TemplateIcon />} title="There is no such template">
        Somebody may have deleted it. <Link href="/admin/operations">Operations</Link> say who.
      </EmptyState>
    </Page>
  );
}

function Shown({ template, tab }: { template: Template; tab: string }) {
  const [, go] = useLocation();
  const tracked = useTracked();
  const bookmarks = useQuery(templateBookmarksQuery(template.id));
  return (
    <Page
      title={template.name}
      heading={
        <>
          {template.name} <Badge>Version {template.version}</Badge>
        </>
      }
      above={ABOVE}
      about={
        template.newest_at ? (
          <>
            Newest data: <TimeText at={template.newest_at} />
          </>
        ) : undefined
      }
      actions={
        <>
          <Link href={`/admin/containers/new?template=${template.id}`} asChild>
            <ButtonLink variant="main" icon={<PlusIcon />}>
              New container
            </ButtonLink>
          </Link>
          <Link href={`/admin/templates/${template.id}/version`} asChild>
            <ButtonLink>New version</ButtonLink>
          </Link>
          <DeleteTemplate template={template} />
        </>
      }
    >
      {tracked.operation && (
        <OperationStrip operation={tracked.operation} onClose={() => tracked.follow(null)} />
      )}
      <section className={pageStyles.panel}>
        <h2 className="visually-hidden">What it has</h2>
        <div className={partStyles.tabs}>
          <Tabs
            label="About this template"
            value={tab}
            onChange={(next) => go(`/admin/templates/${template.id}/${next}`, { replace: true })}
            tabs={[
              { id: "sources", label: "Sources", panel: <Versions template={template} /> },
              {
                id: "bookmarks",
                label: "Bookmarks",
                count: bookmarks.data?.length,
                panel: (
                  <TemplateBookmarks
                    template={template}
                    bookmarks={bookmarks}
                    onBegun={tracked.follow}
                  />
                ),
              },
              { id: "history", label: "History", panel: <TemplateHistory template={template} /> },
            ]}
          />
        </div>
      </section>
    </Page>
  );
}
