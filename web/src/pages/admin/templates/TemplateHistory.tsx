// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import type { Template, Timeline } from "@/api/types";
import { ClockIcon, type Column, EmptyState, Table, TimeText } from "@/ui";
import { templateTimelineQuery } from "../api/queries";
import { Loaded } from "../parts/Loaded";
import partStyles from "../parts/parts.module.css";

type Point = Timeline["points"][number];

// One row for each sync, the newest first.
export function TemplateHistory({ template }: { template: Template }) {
  const timeline = useQuery(templateTimelineQuery(template.id));
  return (
    <Loaded query={timeline} what="The history">
      {(data) => (
        <Table
          label="History of the template"
          rows={[...data.points].reverse()}
          rowKey={(point) => point.id}
          columns={columnsFor(data)}
          empty={
            <EmptyState icon={<ClockIcon />} title="There is no data yet">
              Sync one of its sources to get the newest data.
            </EmptyState>
          }
        />
      )}
    </Loaded>
  );
}

function columnsFor(timeline: Timeline): Column<Point>[] {
  const newest = timeline.points.at(-1)?.id;
  const bookmarks = (point: Point) => timeline.bookmarks.filter((one) => one.point === point.id);
  const versionOf = (point: Point) =>
    timeline.segments.find((one) => one.id === point.segment)?.template_version;
  return [
    {
      head: "Brought together",
      isName: true,
      cell: (point) => (
        <>
          <TimeText at={point.at} /> {point.id === newest && <strong>newest</strong>}
        </>
      ),
    },
    {
      head: "Bookmarks",
      cell: (point) =>
        bookmarks(point)
          .map((one) => `“${one.name}”`)
          .join(", "),
    },
    {
      head: "Data of each source",
      cell: (point) => (
        <ul className={partStyles.list}>
          {Object.entries(point.positions).map(([name, position]) => (
            <li key={name}>
              {name} <TimeText at={position.at} show="moment" />
            </li>
          ))}
        </ul>
      ),
    },
    { head: "Version", align: "end", cell: (point) => versionOf(point) ?? "" },
    {
      head: "Kept",
      cell: (point) =>
        point.reachable ? "Yes" : <span className={partStyles.muted}>Not any more</span>,
    },
  ];
}
