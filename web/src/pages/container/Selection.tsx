// SPDX-License-Identifier: Apache-2.0
import { useContainerPage } from "@/actions/context";
import { exactnessOfItem, exactnessWords } from "@/model/exactness";
import type { Item } from "@/model/history";
import { audienceWords } from "@/model/share";
import { isElsewhere } from "@/model/situation";
import { asSentence, withLocalTimes } from "@/model/words";
import { ItemIcon, iconWords } from "@/timeline/icons";
import { Badge, TagIcon, TimeText, useNow } from "@/ui";
import styles from "./workspace.module.css";

// Which moment: its title, its time, who made it, who sees it.
export function SelectionTitle() {
  const { item, history } = useContainerPage();
  const { bookmark, begun, failure } = item;
  const exactness = exactnessOfItem(item);
  const lane = history.lanes.find((one) => one.id === item.lane);
  const audience = bookmark && audienceWords(bookmark);
  const owner = isElsewhere(item) ? (bookmark?.container?.name ?? "the template") : null;
  return (
    <div className={styles.selection}>
      <ItemIcon kind={item.isReachable ? item.kind : "unreachable"} />
      <h2 className={styles.selected}>
        <span className="visually-hidden">Selected: </span>
        {bookmark
          ? `${iconWords[item.kind]} “${item.title}”`
          : item.kind === "now"
            ? `Now – ${lane && !lane.isActive ? `the data of “${lane.name}”` : "your current data"}`
            : item.title}
      </h2>
      <ul className={styles.facts}>
        {item.kind !== "now" && (
          <li>
            <TimeText at={item.at} isFocusable isToTheSecond={item.kind === "moment"} />
          </li>
        )}
        {item.kind !== "now" && lane && !lane.isActive && <li>on branch {lane.name}</li>}
        {item.sources
          ?.filter((source) => Date.parse(source.at) !== item.at)
          .map((source) => (
            <li key={source.source}>
              {source.source} as of <TimeText at={source.at} show="moment" isToTheSecond />
            </li>
          ))}
        {owner && <li>of {owner}</li>}
        {bookmark?.creator.name && <li>by {bookmark.creator.name}</li>}
        {begun?.operation && <li>by {begun.operation.actor}</li>}
        {failure && <li>by {failure.actor.name}</li>}
        {audience && !owner && <li>{audience}</li>}
        {bookmark?.expires_at && (
          <li>
            kept until <TimeText at={bookmark.expires_at} show="moment" />
          </li>
        )}
        {exactness && <li>{exactnessWords(exactness)}</li>}
        {!item.isReachable && <li>no longer kept</li>}
        {bookmark?.tags.map((tag) => (
          <li key={tag}>
            <Badge icon={<TagIcon />}>{tag}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}

function positionsOf(item: Item) {
  return Object.entries(item.bookmark?.positions ?? item.point?.positions ?? {});
}

// What going back to it does not bring back.
function lacksOf(item: Item): string {
  const exactness = exactnessOfItem(item);
  return exactness?.lacks.map(({ source, what }) => `${what} (${source})`).join(", ") ?? "";
}

export function hasDetails(item: Item): boolean {
  const { bookmark, begun, failure } = item;
  return Boolean(
    bookmark?.note || begun?.operation || failure || positionsOf(item).length > 0 || lacksOf(item),
  );
}

// The note, and each source's own time and position.
export function SelectionDetails() {
  const { item } = useContainerPage();
  const positions = positionsOf(item);
  const now = useNow();
  const operation = item.begun?.operation ?? item.failure;
  const why = item.failure?.failure;
  const lacks = lacksOf(item);
  return (
    <>
      {item.bookmark?.note && <p className={styles.note}>{item.bookmark.note}</p>}
      {lacks && <p className={styles.note}>Not in it: {lacks}.</p>}
      {why && <p className={styles.note}>{asSentence(why.message)} Nothing has changed.</p>}
      {(positions.length > 0 || operation) && (
        <details className={styles.exact}>
          <summary>Exact position</summary>
          <dl>
            {positions.map(([source, position]) => (
              <div key={source}>
                <dt>{source}</dt>
                <dd>
                  data of {position.at.replace("T", " ").replace("Z", " UTC")}
                  {position.position && <code>{position.position}</code>}
                </dd>
              </div>
            ))}
            {operation && (
              <div>
                <dt>Operation</dt>
                <dd>
                  {withLocalTimes(operation.words, now)}
                  <code>{operation.id}</code>
                </dd>
              </div>
            )}
          </dl>
        </details>
      )}
    </>
  );
}
