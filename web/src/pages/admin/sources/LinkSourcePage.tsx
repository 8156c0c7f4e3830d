// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import type { Source } from "@/api/types";
import { isGoing } from "@/model/admin_operations";
import { configOf, emptySource, type SourceForm, sourceFormOf } from "@/model/admin_source";
import { sourceProblems } from "@/model/admin_source_problems";
import { type Kind, kindNamed } from "@/model/kinds";
import { Button, ButtonLink, ErrorBanner } from "@/ui";
import { linkSource } from "../api/acts";
import { kindsQuery, sourcesQuery } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import { OperationStrip } from "../parts/OperationStrip";
import { Page, Panel } from "../parts/Page";
import styles from "../parts/parts.module.css";
import { useForm } from "../parts/useForm";
import { useTracked } from "../parts/useTracked";
import { SourceFields } from "./SourceFields";

export function LinkSourcePage() {
  const sources = useQuery(sourcesQuery);
  const kinds = useQuery(kindsQuery);
  const [params] = useSearchParams();
  const like = params.get("like");
  return (
    <Page
      title="Link a source"
      above={{ href: "/admin/sources", words: "Sources" }}
      about="Fetches the data and keeps a copy here. The source itself is only read, never changed."
    >
      <Loaded query={sources} what="The sources">
        {(data) => (
          <Loaded query={kinds} what="The kinds of source">
            {(all) => (
              <LinkForm
                key={like}
                sources={data}
                kinds={all}
                like={data.find((source) => source.id === like) ?? null}
              />
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

interface LinkFormProps {
  sources: Source[];
  kinds: Kind[];
  like: Source | null;
}

function LinkForm({ sources, kinds, like }: LinkFormProps) {
  const [form, setForm] = useState(() => firstForm(kinds, like));
  const [, go] = useLocation();
  const tracked = useTracked();
  const taken = sources.map((source) => source.name);
  const { form: element, ...state } = useForm(sourceProblems(form, taken), async () =>
    tracked.follow(
      await linkSource({ name: form.name, config: configOf(form), schedule: form.schedule.trim() }),
    ),
  );
  const { operation } = tracked;
  const isBusy = state.isBusy || (operation !== undefined && isGoing(operation));
  const isDone = operation?.state === "succeeded";
  const another = () => {
    state.reset();
    tracked.follow(null);
    setForm(emptySource(form.kind));
  };
  // Beside the button that began it.
  const strip = operation && (
    <OperationStrip
      operation={operation}
      afterFailure="Nothing was linked. Change what is wrong, and try again."
      next={
        <>
          <Link href="/admin/templates/new" asChild>
            <ButtonLink size="small">Make a template</ButtonLink>
          </Link>
          <Button size="small" onClick={another}>
            Link another
          </Button>
        </>
      }
    />
  );
  return (
    <>
      {isDone && strip}
      {!isDone && (
        <form ref={element} className={styles.form} onSubmit={state.submit} noValidate>
          <Panel>
            <SourceFields
              form={form}
              onChange={setForm}
              problems={state.shown}
              isDisabled={isBusy}
            />
          </Panel>
          {strip}
          {state.error !== null && <ErrorBanner error={state.error} />}
          <div className={styles.foot}>
            <Button type="submit" variant="main" isBusy={isBusy}>
              {isBusy ? "Linking" : "Link"}
            </Button>
            <Button onClick={() => go("/admin/sources")}>
              {isBusy ? "Leave it running" : "Cancel"}
            </Button>
          </div>
        </form>
      )}
    </>
  );
}

// As another source, but for its name; else of the first kind that there is.
function firstForm(kinds: Kind[], like: Source | null): SourceForm {
  const kind = like && kindNamed(kinds, like.config.kind);
  if (kind) return sourceFormOf("", like.config, kind);
  const [first] = kinds;
  if (!first) throw new Error("the server knows no kind of source");
  return emptySource(first);
}
