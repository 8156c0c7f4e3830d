// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { templatesQuery } from "@/api/queries";
import { templateFormOf } from "@/model/admin_template";
import { sourcesQuery } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { Page } from "../parts/Page";
import { TemplateForm } from "./TemplateForm";
import { Gone } from "./TemplatePage";

export function NewVersionPage({ id }: { id: string }) {
  const templates = useQuery(templatesQuery);
  const sources = useQuery(sourcesQuery);
  return (
    <Loaded query={sources} what="The sources">
      {(linked) => (
        <Loaded query={templates} what="The template">
          {(existing) => {
            const template = existing.find((one) => one.id === id || one.name === id);
            if (!template) return <Gone />;
            return (
              <Page
                title={`New version of ${template.name}`}
                above={{ href: `/admin/templates/${template.id}`, words: template.name }}
                about="Other sources, or other settings. Containers move to it at their next Refresh from production; until then they stay as they are."
              >
                <TemplateForm
                  first={templateFormOf(template)}
                  sources={linked}
                  templates={existing}
                />
              </Page>
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}
