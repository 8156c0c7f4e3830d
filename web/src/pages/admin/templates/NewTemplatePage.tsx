// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "wouter";
import { templatesQuery } from "@/api/queries";
import type { TemplateForm as Form } from "@/model/admin_template";
import { Button, EditIcon, LogIcon } from "@/ui";
import { kindsQuery, sourcesQuery } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { Page } from "../parts/Page";
import { TemplateFileForm } from "./TemplateFileForm";
import { TemplateForm } from "./TemplateForm";

const EMPTY: Form = { name: "", places: [], askBeyond: null, bookmarks: null };

// By form, or by a file that fills the form.
export function NewTemplatePage() {
  const [params, setParams] = useSearchParams();
  const isByFile = params.get("by") === "file";
  const templates = useQuery(templatesQuery);
  const sources = useQuery(sourcesQuery);
  const kinds = useQuery(kindsQuery);
  const [read, setRead] = useState<{ form: Form; count: number } | null>(null);
  const switchTo = (by: "file" | "form") =>
    setParams(by === "file" ? { by } : {}, { replace: true });
  return (
    <Page
      title="New template"
      above={{ href: "/admin/templates", words: "Templates" }}
      about="A template names the sources that belong together, in which order they start, and where their ports begin."
      actions={
        isByFile ? (
          <Button icon={<EditIcon />} onClick={() => switchTo("form")}>
            Fill in by hand
          </Button>
        ) : (
          <Button icon={<LogIcon />} onClick={() => switchTo("file")}>
            From a file
          </Button>
        )
      }
    >
      <Loaded query={sources} what="The sources">
        {(linked) => (
          <Loaded query={templates} what="The templates">
            {(existing) =>
              isByFile ? (
                <Loaded query={kinds} what="The kinds of source">
                  {(all) => (
                    <TemplateFileForm
                      kinds={all}
                      onRead={(form) => {
                        setRead({ form, count: (read?.count ?? 0) + 1 });
                        switchTo("form");
                      }}
                    />
                  )}
                </Loaded>
              ) : (
                <TemplateForm
                  key={read?.count ?? 0}
                  first={read?.form ?? EMPTY}
                  sources={linked}
                  templates={existing}
                  isNew
                />
              )
            }
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}
