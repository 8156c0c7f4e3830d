// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import type { Source } from "@/api/types";
import { configOf, whereFrom } from "@/model/admin_source";
import { sourceProblems } from "@/model/admin_source_problems";
import { type PlaceForm, type TemplatePlan, withSource } from "@/model/admin_template";
import {
  Badge,
  Banner,
  Button,
  ChevronDownIcon,
  CloseIcon,
  Dialog,
  EditIcon,
  IconButton,
  Select,
  TextField,
} from "@/ui";
import { Advanced } from "../parts/Advanced";
import { Pairs } from "../parts/Pairs";
import partStyles from "../parts/parts.module.css";
import { SourceFields } from "../sources/SourceFields";
import { DifferenceText } from "./DifferenceText";
import styles from "./templates.module.css";

interface PlaceFieldsProps {
  place: PlaceForm;
  position: number;
  count: number;
  sources: Source[];
  // The names of the other places.
  taken: string[];
  shown: Record<string, string>;
  difference: TemplatePlan["differing"][number] | undefined;
  onChange: (place: PlaceForm) => void;
  onRemove: () => void;
  onMove: (by: number) => void;
}

// One source of a template.
export function PlaceFields(props: PlaceFieldsProps) {
  const { place, position, count, sources, shown, onChange, onRemove, onMove } = props;
  const [isEditing, setEditing] = useState(false);
  const { toLink } = place;
  const isToBeLinked = toLink !== null && !isLinked(place, sources);
  const set = (change: Partial<PlaceForm>) => onChange({ ...place, ...change });
  const title = place.name || `Source ${position + 1}`;
  return (
    <section className={styles.place} aria-label={title}>
      <PlaceHead
        title={title}
        isToBeLinked={isToBeLinked}
        isFirst={position === 0}
        isLast={position === count - 1}
        onMove={onMove}
        onRemove={onRemove}
      />
      <div className={partStyles.fields}>
        <Select
          label="Source"
          value={place.source}
          options={choicesOf(place, sources)}
          error={shown[`${position}.source`]}
          onChange={(source) => onChange(withSource(place, source, sources, props.taken))}
        />
        <TextField
          label="Name in the template"
          isMono
          value={place.name}
          maxLength={32}
          error={shown[`${position}.name`]}
          hint="Short, such as db: the others' settings name it."
          onChange={(name) => set({ name })}
        />
      </div>
      {toLink && isToBeLinked && (
        <div className={styles.toLink}>
          <span className={partStyles.mono}>{whereFrom(configOf(toLink))}</span>
          <Button size="small" icon={<EditIcon />} onClick={() => setEditing(true)}>
            Change
          </Button>
        </div>
      )}
      {props.difference && <DifferenceBanner source={place.source} difference={props.difference} />}
      <div className={partStyles.fields}>
        <TextField
          label="Start order"
          inputMode="numeric"
          value={place.priority}
          error={shown[`${position}.priority`]}
          hint="1 starts first and stops last; equal numbers start together."
          onChange={(priority) => set({ priority })}
        />
        <TextField
          label="First port"
          isOptional
          inputMode="numeric"
          value={place.port}
          placeholder="any"
          error={shown[`${position}.port`]}
          hint="Containers get the first free port from here on."
          onChange={(port) => set({ port })}
        />
      </div>
      <Advanced summary="Settings for this template only" isOpenAtFirst={place.settings.length > 0}>
        <Pairs
          label="Laid over the source's own settings"
          hint="For example durability = relaxed, or conf.work_mem = 64MB."
          nameLabel="Setting"
          addWords="Add a setting"
          pairs={place.settings}
          prefix={`${position}.settings.`}
          problems={shown}
          onChange={(settings) => set({ settings })}
        />
      </Advanced>
      {toLink && (
        <ToLinkDialog
          name={place.source}
          form={toLink}
          isOpen={isEditing}
          onClose={() => setEditing(false)}
          onChange={(next) => set({ toLink: next })}
        />
      )}
    </section>
  );
}

function isLinked(place: PlaceForm, sources: Source[]): boolean {
  return sources.some((source) => source.name === place.source);
}

// The linked sources, and what the place names if that is none of them.
function choicesOf(place: PlaceForm, sources: Source[]) {
  const choices = sources.map((source) => ({
    value: source.name,
    label: `${source.name} (${whereFrom(source.config)})`,
  }));
  if (isLinked(place, sources)) return choices;
  const state = place.toLink ? "to be linked" : "not linked";
  const label = place.toLink || place.source ? `${place.source} (${state})` : "Choose";
  return [{ value: place.source, label }, ...choices];
}

interface PlaceHeadProps {
  title: string;
  isToBeLinked: boolean;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function PlaceHead({ title, isToBeLinked, isFirst, isLast, onMove, onRemove }: PlaceHeadProps) {
  return (
    <div className={styles.placeHead}>
      <h3>{title}</h3>
      {isToBeLinked && <Badge tone="info">Will be linked</Badge>}
      <span className={styles.gap} />
      <IconButton
        label={`Move ${title} up`}
        size="small"
        className={styles.up}
        disabled={isFirst}
        onClick={() => onMove(-1)}
      >
        <ChevronDownIcon />
      </IconButton>
      <IconButton
        label={`Move ${title} down`}
        size="small"
        disabled={isLast}
        onClick={() => onMove(1)}
      >
        <ChevronDownIcon />
      </IconButton>
      <IconButton label={`Remove ${title}`} size="small" onClick={onRemove}>
        <CloseIcon />
      </IconButton>
    </div>
  );
}

interface DifferenceBannerProps {
  source: string;
  difference: TemplatePlan["differing"][number];
}

function DifferenceBanner({ source, difference }: DifferenceBannerProps) {
  return (
    <Banner tone="warning" title={`“${source}” is linked already, otherwise than the file says`}>
      <ul>
        {difference.differences.map((one) => (
          <li key={one.key}>
            <DifferenceText difference={one} />
          </li>
        ))}
      </ul>
      <p>It is used as it is. To have other settings, link another one under another name.</p>
    </Banner>
  );
}

interface ToLinkDialogProps {
  name: string;
  form: NonNullable<PlaceForm["toLink"]>;
  isOpen: boolean;
  onClose: () => void;
  onChange: (form: NonNullable<PlaceForm["toLink"]>) => void;
}

// A source that the template's file names, before it is linked.
function ToLinkDialog({ name, form, isOpen, onClose, onChange }: ToLinkDialogProps) {
  return (
    <Dialog
      isOpen={isOpen}
      isWide
      onClose={onClose}
      title={`Source “${name}”`}
      footer={
        <Button variant="main" onClick={onClose}>
          Done
        </Button>
      }
    >
      <SourceFields
        hasName={false}
        form={form}
        problems={sourceProblems({ ...form, name }, [])}
        onChange={onChange}
      />
    </Dialog>
  );
}
