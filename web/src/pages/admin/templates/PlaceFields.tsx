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
  const isLinked = sources.some((source) => source.name === place.source);
  const { toLink } = place;
  const set = (change: Partial<PlaceForm>) => onChange({ ...place, ...change });
  const title = place.name || `Source ${position + 1}`;
  const options = sources.map((source) => ({
    value: source.name,
    label: `${source.name} (${whereFrom(source.config)})`,
  }));
  if (toLink && !isLinked) {
    options.unshift({ value: place.source, label: `${place.source} (to be linked)` });
  } else if (!isLinked) {
    options.unshift({
      value: place.source,
      label: place.source ? `${place.source} (not linked)` : "Choose",
    });
  }
  return (
    <section className={styles.place} aria-label={title}>
      <div className={styles.placeHead}>
        <h3>{title}</h3>
        {toLink && !isLinked && <Badge tone="info">Will be linked</Badge>}
        <span className={styles.gap} />
        <IconButton
          label={`Move ${title} up`}
          size="small"
          className={styles.up}
          disabled={position === 0}
          onClick={() => onMove(-1)}
        >
          <ChevronDownIcon />
        </IconButton>
        <IconButton
          label={`Move ${title} down`}
          size="small"
          disabled={position === count - 1}
          onClick={() => onMove(1)}
        >
          <ChevronDownIcon />
        </IconButton>
        <IconButton label={`Remove ${title}`} size="small" onClick={onRemove}>
          <CloseIcon />
        </IconButton>
      </div>
      <div className={partStyles.fields}>
        <Select
          label="Source"
          value={place.source}
          options={options}
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
      {toLink && !isLinked && (
        <div className={styles.toLink}>
          <span className={partStyles.mono}>{whereFrom(configOf(toLink))}</span>
          <Button size="small" icon={<EditIcon />} onClick={() => setEditing(true)}>
            Change
          </Button>
        </div>
      )}
      {props.difference && (
        <Banner
          tone="warning"
          title={`“${place.source}” is linked already, otherwise than the file says`}
        >
          <ul>
            {props.difference.differences.map((one) => (
              <li key={one.key}>
                <DifferenceText difference={one} />
              </li>
            ))}
          </ul>
          <p>It is used as it is. To have other settings, link another one under another name.</p>
        </Banner>
      )}
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
        <Dialog
          isOpen={isEditing}
          isWide
          onClose={() => setEditing(false)}
          title={`Source “${place.source}”`}
          footer={
            <Button variant="main" onClick={() => setEditing(false)}>
              Done
            </Button>
          }
        >
          <SourceFields
            hasName={false}
            form={toLink}
            problems={sourceProblems({ ...toLink, name: place.source }, [])}
            onChange={(next) => set({ toLink: next })}
          />
        </Dialog>
      )}
    </section>
  );
}
