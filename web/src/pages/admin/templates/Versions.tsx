// SPDX-License-Identifier: Apache-2.0
import { Link } from "wouter";
import type { Template } from "@/api/types";
import { type Column, Table } from "@/ui";
import { KindName } from "../parts/KindName";
import partStyles from "../parts/parts.module.css";

type Place = Template["sources"][number];

// The newest version's sources, and what older versions had.
export function Versions({ template }: { template: Template }) {
  const older = template.versions.filter((one) => one.number !== template.version).reverse();
  return (
    <>
      <PlacesTable label="Sources of the newest version" places={template.sources} />
      {older.length > 0 && (
        <div className={partStyles.tabFoot}>
          <p className={partStyles.hint}>
            Containers move to the newest version at their next Refresh from production.
          </p>
          {older.map((one) => (
            <details key={one.number} className={partStyles.advanced}>
              <summary>Version {one.number}</summary>
              <PlacesTable label={`Sources of version ${one.number}`} places={one.sources} />
            </details>
          ))}
        </div>
      )}
    </>
  );
}

function PlacesTable({ label, places }: { label: string; places: Place[] }) {
  return <Table label={label} rows={places} rowKey={(place) => place.name} columns={COLUMNS} />;
}

const COLUMNS: Column<Place>[] = [
  { head: "Name", isName: true, cell: (place) => place.name },
  {
    head: "Source",
    cell: (place) =>
      place.source.name ? (
        <Link href={`/admin/sources/${place.source.id}`}>{place.source.name}</Link>
      ) : (
        <span className={partStyles.muted}>Unlinked</span>
      ),
  },
  { head: "Kind", cell: (place) => <KindName kind={place.kind} /> },
  { head: "Start order", align: "end", cell: (place) => place.priority },
  {
    head: "Port",
    cell: (place) => (place.port === 0 ? "Any" : `From ${place.port} on`),
  },
  {
    head: "Settings here",
    cell: (place) => {
      const settings = Object.entries(place.settings);
      if (settings.length === 0) return <span className={partStyles.muted}>As the source</span>;
      return (
        <span className={partStyles.mono}>
          {settings.map(([name, value]) => `${name} = ${value}`).join(", ")}
        </span>
      );
    },
  },
  { head: "Hooks", cell: (place) => hooksOf(place).join(", ") },
];

function hooksOf({ hooks = [], subset = {} }: Place): string[] {
  const moments = [...new Set(hooks.map((hook) => hook.when))];
  return Object.keys(subset).length > 0 ? ["subset", ...moments] : moments;
}
