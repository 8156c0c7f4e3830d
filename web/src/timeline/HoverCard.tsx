// SPDX-License-Identifier: Apache-2.0
// What the mark under the mouse is: exact times, and each source's own data time. The keyboard and
// screen readers get the same from the selection.
import type { PointerEvent } from "react";
import type { History, Item } from "@/model/history";
import { ago, exactMoment } from "@/model/time";
import { type Drawing, markOf } from "./layout";
import { axisHeight, lineHeight, rowHeight } from "./sizes";
import styles from "./timeline.module.css";
import type { Hovered } from "./useHover";
import { exactUtc, groupName, itemName } from "./words";

interface HoverCardProps {
  hovered: Hovered;
  history: History;
  drawing: Drawing;
  now: number;
  width: number;
  keep(): void;
}

const cardWidth = 296;
const namesMax = 6;

export function HoverCard({ hovered, history, drawing, now, width, keep }: HoverCardProps) {
  const item = history.byId.get(hovered.itemId);
  const lane = drawing.lanes.find((one) => one.lane.id === item?.lane);
  if (!item || !lane || item.kind === "now") return null;
  const mark = markOf(drawing, item);
  if (!mark) return null;
  const below = "row" in mark ? -lineHeight / 2 - mark.row * rowHeight : lineHeight / 2;
  const anchor = "left" in mark ? mark.left : mark.x - 12;
  const x = Math.max(4, Math.min(anchor, width - cardWidth - 4));
  const stop = (event: PointerEvent) => {
    event.stopPropagation();
    keep();
  };
  return (
    <div
      className={styles.card}
      aria-hidden="true"
      style={{
        transform: `translate(${x}px, ${axisHeight + lane.lineY + below + 4}px)`,
        width: cardWidth,
      }}
      onPointerOver={stop}
    >
      {"items" in mark && mark.items.length > 1 ? (
        <Group name={groupName(mark.items)} items={mark.items} now={now} />
      ) : "count" in mark && mark.count > 1 ? (
        <Group name={`${mark.count} points`} items={[mark.oldest, mark.newest]} now={now} isRange />
      ) : (
        <Single item={item} now={now} />
      )}
    </div>
  );
}

function Single({ item, now }: { item: Item; now: number }) {
  const positions = Object.entries(item.bookmark?.positions ?? item.point?.positions ?? {});
  return (
    <>
      <b>{itemName(item)}</b>
      <p>
        {exactMoment(item.at, now)} - {ago(item.at, now)}
      </p>
      <dl>
        <dt>Exactly</dt>
        <dd>{exactUtc(item.at)}</dd>
        {positions.map(([source, position]) => (
          <div key={source}>
            <dt>{source}</dt>
            <dd>{exactUtc(Date.parse(position.at))}</dd>
          </div>
        ))}
      </dl>
      {!item.isReachable && <p>Its data is no longer kept.</p>}
    </>
  );
}

interface GroupProps {
  name: string;
  items: readonly Item[];
  now: number;
  isRange?: boolean;
}

function Group({ name, items, now, isRange }: GroupProps) {
  const [oldest, newest] = [items[0] as Item, items.at(-1) as Item];
  return (
    <>
      <b>{name}</b>
      <p>
        {exactMoment(oldest.at, now)}
        {newest.at > oldest.at && ` to ${exactMoment(newest.at, now)}`}
      </p>
      {!isRange && (
        <ul>
          {items.slice(-namesMax).map((item) => (
            <li key={item.id}>{itemName(item)}</li>
          ))}
          {items.length > namesMax && <li>and {items.length - namesMax} more</li>}
        </ul>
      )}
      <p>{newest.at > oldest.at ? "Click to come closer." : "Each click selects another."}</p>
    </>
  );
}
