// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useContainerPage } from "@/actions/context";
import { LOOKS } from "@/actions/words";
import { availableQuery, bookmarksQuery } from "@/api/queries";
import type { Bookmark } from "@/api/types";
import { firstRows, fits, wordsOf } from "@/model/rows";
import { audienceWords } from "@/model/share";
import { itemOfAvailable, itemOfOwn } from "@/model/situation";
import { ItemIcon } from "@/timeline/icons";
import {
  Badge,
  BookmarkIcon,
  Button,
  classes,
  EmptyState,
  ErrorBanner,
  SearchIcon,
  Skeleton,
  TagIcon,
  TimeText,
} from "@/ui";
import styles from "./lists.module.css";
import { WhyNotChange } from "./WhyNotChange";

// So many rows at first, and more of them on demand: hundreds at once would hold up the page.
const PAGE = 40;
// What the button of a row does not ask.
const OTHERWISE = " To name it, or to run it beside, select the bookmark and press N.";

interface Props {
  filter: string;
  onAct: () => void;
}

export function BookmarksTab({ filter, onAct }: Props) {
  const { container, item } = useContainerPage();
  const [most, setMost] = useState(PAGE);
  const own = useQuery(bookmarksQuery(container.id));
  const available = useQuery(availableQuery(container.id));
  const error = own.error ?? available.error;
  if (!own.data || !available.data) {
    return error ? <ErrorBanner error={error} /> : <Skeleton height="8rem" />;
  }
  const shown = (bookmarks: Bookmark[]) =>
    bookmarks
      .filter((bookmark) => fits(wordsOf(itemOfAvailable(bookmark)), filter))
      .sort((a, b) => b.at.localeCompare(a.at));
  const parts = [
    { title: "Of this container", bookmarks: shown(own.data) },
    {
      title: "Shared by others",
      bookmarks: shown(available.data.filter((one) => one.container !== null)),
    },
    {
      title: `Of the template “${container.template.name}”`,
      bookmarks: shown(available.data.filter((one) => one.container === null)),
    },
  ].filter((part) => part.bookmarks.length > 0);
  if (parts.length === 0) {
    return own.data.length + available.data.length > 0 ? (
      <EmptyState icon={<SearchIcon />} title="Nothing fits the filter" />
    ) : (
      <EmptyState icon={<BookmarkIcon />} title="There are no bookmarks yet">
        A bookmark is a name for your data as it is at one moment, to come back to. Select a moment
        and press B. What others share appears here too.
      </EmptyState>
    );
  }
  const lists = parts.map(({ bookmarks }) => bookmarks);
  const rows = firstRows(lists, most, item.id);
  const hidden = lists.flat().length - rows.flat().length;
  const sections = parts.map(
    (part, index) =>
      (rows[index]?.length ?? 0) > 0 && (
        <section key={part.title} className={styles.part} aria-label={part.title}>
          <h3 className={styles.partTitle}>{part.title}</h3>
          <ul className={styles.bookmarks}>
            {rows[index]?.map((bookmark) => (
              <BookmarkRow
                key={bookmark.id}
                bookmark={bookmark}
                isOwn={bookmark.container?.id === container.id}
                onAct={onAct}
              />
            ))}
          </ul>
        </section>
      ),
  );
  return (
    <>
      <WhyNotChange />
      {sections}
      {hidden > 0 && (
        <div className={styles.older}>
          <Button size="small" onClick={() => setMost(most + PAGE)}>
            Show older
          </Button>
          <span className={styles.rowNote}>{hidden} more; the filter looks at all of them</span>
        </div>
      )}
    </>
  );
}

function BookmarkRow({
  bookmark,
  isOwn,
  onAct,
}: {
  bookmark: Bookmark;
  isOwn: boolean;
  onAct: () => void;
}) {
  const { item: selected, history, select, actionsFor, perform, branchAtOnce } = useContainerPage();
  // Its own may be of a branch that is not shown; it can be taken all the same.
  const item =
    history.byId.get(bookmark.id) ?? (isOwn ? itemOfOwn(bookmark) : itemOfAvailable(bookmark));
  const actions = actionsFor(item);
  const isSelected = selected.id === bookmark.id;
  const where = isOwn
    ? audienceWords(bookmark)
    : bookmark.container
      ? `of ${bookmark.container.name}`
      : "";
  return (
    <li className={classes(styles.bookmark, isSelected && styles.rowSelected)}>
      <button
        type="button"
        className={styles.bookmarkButton}
        aria-current={isSelected ? "true" : undefined}
        onClick={() => select(bookmark.id)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !isSelected) return;
          event.preventDefault();
          onAct();
        }}
      >
        <ItemIcon kind={bookmark.audience === "only_container" ? "bookmark" : "shared"} />
        <span className={styles.bookmarkWords}>
          <span className={styles.named}>{bookmark.name}</span>
          <span className={styles.rowNote}>
            <TimeText at={bookmark.at} />
            {[where, bookmark.creator.name && `by ${bookmark.creator.name}`, bookmark.note]
              .filter(Boolean)
              .map((words) => ` · ${words}`)}
            {bookmark.tags.map((tag) => (
              <Badge key={tag} icon={<TagIcon />}>
                {tag}
              </Badge>
            ))}
          </span>
        </span>
      </button>
      <span className={styles.rowActions}>
        {(["restore", "branch"] as const).map((id) => (
          <Button
            key={id}
            size="small"
            icon={LOOKS[id].icon}
            isOff={Boolean(actions[id].unavailable)}
            title={
              actions[id].unavailable ??
              `${actions[id].consequence}${id === "branch" ? OTHERWISE : ""}`
            }
            onClick={() => (id === "branch" ? branchAtOnce(item) : perform(id, item))}
          >
            {LOOKS[id].label}
            <span className="visually-hidden"> {bookmark.name}</span>
          </Button>
        ))}
      </span>
    </li>
  );
}
