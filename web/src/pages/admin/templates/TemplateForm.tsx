// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { Source, Template } from "@/api/types";
import {
  type TemplateForm as Form,
  MOST_PLACES,
  type PlaceForm,
  placeFor,
  planTemplate,
  templateProblems,
} from "@/model/admin_template";
import {
  Banner,
  Button,
  ButtonLink,
  DatabaseIcon,
  EmptyState,
  PlusIcon,
  RadioGroup,
  TextField,
} from "@/ui";
import { Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import { useForm } from "../parts/useForm";
import { ApplyProgress } from "./ApplyProgress";
import { PlaceFields } from "./PlaceFields";
import { PlanSummary, planWords } from "./PlanSummary";
import styles from "./templates.module.css";
import { useApply } from "./useApply";

interface TemplateFormProps {
  first: Form;
  sources: Source[];
  templates: Template[];
  // The name can be chosen; else it is a new version of the template of that name.
  isNew?: boolean;
}

export function TemplateForm({ first, sources, templates, isNew = false }: TemplateFormProps) {
  const [form, setForm] = useState(first);
  const [, go] = useLocation();
  const template = templates.find((one) => one.name === form.name) ?? null;
  const plan = planTemplate(form, sources, template);
  const problems = templateProblems(form, sources);
  const apply = useApply();
  const { form: element, ...state } = useForm(problems, async () => {
    const made = await apply.run(plan, form.name, template);
    if (made) go(`/admin/templates/${made}`);
  });
  const setPlace = (index: number, place: PlaceForm | null) =>
    setForm({
      ...form,
      places: form.places.flatMap((one, at) => (at !== index ? [one] : place ? [place] : [])),
    });
  if (sources.length === 0 && form.places.length === 0) return <NoSources />;
  return (
    <form ref={element} className={partStyles.form} onSubmit={state.submit} noValidate>
      <fieldset className={partStyles.bare} disabled={state.isBusy}>
        {isNew && (
          <Panel>
            <TextField
              label="Name"
              value={form.name}
              maxLength={64}
              error={state.shown.name}
              hint={
                template
                  ? `There is a template “${template.name}”: this becomes its version ${plan.version}.`
                  : "What people choose their containers by, e.g. orders."
              }
              onChange={(name) => setForm({ ...form, name })}
            />
          </Panel>
        )}
        <div className={styles.places}>
          <h2>Sources</h2>
          {form.places.map((place, index) => (
            <PlaceFields
              // biome-ignore lint/suspicious/noArrayIndexKey: a place has no other name while it is typed
              key={index}
              place={place}
              position={index}
              count={form.places.length}
              sources={sources}
              taken={form.places.filter((other) => other !== place).map((other) => other.name)}
              shown={state.shown}
              difference={plan.differing.find((one) => one.source === place.source)}
              onChange={(next) => setPlace(index, next)}
              onRemove={() => setPlace(index, null)}
              onMove={(by) => setForm({ ...form, places: moved(form.places, index, by) })}
            />
          ))}
          {state.shown.places && <Banner tone="danger" title={state.shown.places} />}
          <div>
            <Button
              icon={<PlusIcon />}
              unavailable={
                form.places.length >= MOST_PLACES
                  ? `At most ${MOST_PLACES} are possible.`
                  : undefined
              }
              onClick={() =>
                setForm({ ...form, places: [...form.places, nextPlace(form, sources)] })
              }
            >
              Add a source
            </Button>
          </div>
        </div>
        <BookmarksPanel
          value={form.bookmarks}
          onChange={(bookmarks) => setForm({ ...form, bookmarks })}
        />
        {form.places.length > 0 && <PlanSummary plan={plan} name={form.name} />}
      </fieldset>
      <ApplyProgress apply={apply} error={state.error} />
      <div className={partStyles.foot}>
        <Button
          type="submit"
          variant="main"
          isBusy={state.isBusy}
          unavailable={
            form.places.length > 0 && plan.change === "none" && plan.toLink.length === 0
              ? "The template is like this already."
              : undefined
          }
        >
          {planWords(plan)}
        </Button>
        <Button
          onClick={() =>
            go(template && !isNew ? `/admin/templates/${template.id}` : "/admin/templates")
          }
        >
          Cancel
        </Button>
      </div>
    </form>
  );
}

function moved(places: readonly PlaceForm[], index: number, by: number): PlaceForm[] {
  const rest = [...places];
  const [place] = rest.splice(index, 1);
  if (place) rest.splice(index + by, 0, place);
  return rest;
}

interface BookmarksPanelProps {
  value: Form["bookmarks"];
  onChange: (bookmarks: Form["bookmarks"]) => void;
}

function BookmarksPanel({ value, onChange }: BookmarksPanelProps) {
  return (
    <Panel title="Bookmarks">
      <RadioGroup
        label="How they are made, where whoever makes one does not say"
        value={value ?? "running"}
        onChange={(manner) => onChange(manner === "exact" ? "exact" : null)}
        options={[
          {
            value: "running",
            label: "While everything runs",
            hint: "Nothing is interrupted. Rows of unlogged tables and the like may be missing; each bookmark says so.",
          },
          {
            value: "exact",
            label: "Exact",
            hint: "The databases stop for a moment and start again, so that nothing is missing. New connections wait meanwhile.",
          },
        ]}
      />
    </Panel>
  );
}

// The first linked source that is not in the form yet.
function nextPlace(form: Form, sources: Source[]): PlaceForm {
  const used = form.places.map((place) => place.source);
  return placeFor(
    sources.find((source) => !used.includes(source.name)),
    form.places.map((place) => place.name),
  );
}

function NoSources() {
  return (
    <Panel>
      <EmptyState
        icon={<DatabaseIcon />}
        title="No source is linked yet"
        actions={
          <>
            <Link href="/admin/sources/link" asChild>
              <ButtonLink variant="main">Link a source</ButtonLink>
            </Link>
            <Link href="/admin/templates/new?by=file" asChild>
              <ButtonLink>From a file</ButtonLink>
            </Link>
          </>
        }
      >
        A template is made of linked sources. Link one first, or read a template file: it says which
        sources to link.
      </EmptyState>
    </Panel>
  );
}
