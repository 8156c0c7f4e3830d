// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { hasCode } from "@/api/problem";
import { bookmarkQuery, containersQuery } from "@/api/queries";
import type { Bookmark, Container, CurrentUser } from "@/api/types";
import { exactnessOf } from "@/model/exactness";
import { audienceWords } from "@/model/share";
import { asSentence } from "@/model/words";
import pageStyles from "@/pages/page.module.css";
import { useTitle } from "@/pages/useTitle";
import { ItemIcon } from "@/timeline/icons";
import {
  Badge,
  BookmarkIcon,
  classes,
  EmptyState,
  ErrorBanner,
  LockIcon,
  Skeleton,
  TagIcon,
  TimeText,
} from "@/ui";
import styles from "./bookmark.module.css";
import { TakeForm } from "./TakeForm";

// What an address in a bug report leads to.
export default function BookmarkPage({ id, me }: { id: string; me: CurrentUser }) {
  const { data, error } = useQuery(bookmarkQuery(id));
  useTitle(data?.name ?? "Bookmark");
  if (error) return <NotShown error={error} />;
  return (
    <div className={classes(pageStyles.page, pageStyles.narrow)}>
      {data ? <Shown bookmark={data} me={me} /> : <Skeleton height="14rem" />}
    </div>
  );
}

function NotShown({ error }: { error: Error }) {
  const home = <Link href="/">To your containers</Link>;
  if (hasCode(error, "permission_denied")) {
    return (
      <EmptyState isPage icon={<LockIcon />} title={asSentence(error.message)} actions={home}>
        {asSentence(error.hint)}
      </EmptyState>
    );
  }
  if (hasCode(error, "not_found")) {
    return (
      <EmptyState
        isPage
        icon={<BookmarkIcon />}
        title="This bookmark is no longer there"
        actions={home}
      >
        It was deleted, or its time was over. Whoever made it may bring it back from the trash. Ask
        whoever gave you its address.
      </EmptyState>
    );
  }
  return <ErrorBanner error={error} />;
}

function Shown({ bookmark, me }: { bookmark: Bookmark; me: CurrentUser }) {
  const exactness = exactnessOf(bookmark);
  return (
    <>
      <div className={styles.title}>
        <ItemIcon kind={bookmark.audience === "only_container" ? "bookmark" : "shared"} />
        <h1>{bookmark.name}</h1>
      </div>
      <dl className={styles.facts}>
        <Fact term="Data of">
          <TimeText at={bookmark.at} isFocusable />
        </Fact>
        {exactness && (
          <Fact term="Copies of it">
            {exactness.isExact
              ? "have all that was there"
              : exactness.lacks.length > 0
                ? `do not have ${exactness.lacks.map(({ what }) => what).join(", ")}`
                : "are as a power cut would leave it"}
          </Fact>
        )}
        <Fact term="Made by">{bookmark.creator.name}</Fact>
        <Fact term="In">
          {bookmark.container ? `container ${bookmark.container.name}` : "the template"}, of
          template {bookmark.template.name}
        </Fact>
        <Fact term="Seen by">
          {bookmark.container && bookmark.audience === "only_container"
            ? `members of ${bookmark.container.name}`
            : audienceWords(bookmark).replace("shared with ", "")}
        </Fact>
        {bookmark.expires_at && (
          <Fact term="Kept until">
            <TimeText at={bookmark.expires_at} />
          </Fact>
        )}
        {bookmark.tags.length > 0 && (
          <Fact term="Tags">
            {bookmark.tags.map((tag) => (
              <Badge key={tag} icon={<TagIcon />}>
                {tag}
              </Badge>
            ))}
          </Fact>
        )}
      </dl>
      {bookmark.note && <p className={styles.note}>{bookmark.note}</p>}
      <Take bookmark={bookmark} me={me} />
    </>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

// Into which of one's containers it can be taken.
function Take({ bookmark, me }: { bookmark: Bookmark; me: CurrentUser }) {
  const { data, error } = useQuery(containersQuery);
  if (!data) return error ? <ErrorBanner error={error} /> : <Skeleton height="6rem" />;
  const fitting = data.filter((container) => container.template.id === bookmark.template.id);
  if (fitting.length === 0) {
    return (
      <div className={pageStyles.panel}>
        <EmptyState title={`You have no container of “${bookmark.template.name}”`}>
          To take this data you need one. Ask an administrator.
        </EmptyState>
      </div>
    );
  }
  return <TakeForm bookmark={bookmark} containers={byUse(fitting, bookmark, me)} me={me} />;
}

// One's own containers first, and the one that it comes from last: it is there already.
function byUse(containers: Container[], bookmark: Bookmark, me: CurrentUser): Container[] {
  const rank = (container: Container) => {
    const isMember = container.members.some(
      (member) => member.user === me.id && member.role !== "viewer",
    );
    return (isMember ? 0 : 2) + (container.id === bookmark.container?.id ? 1 : 0);
  };
  return [...containers].sort((a, b) => rank(a) - rank(b));
}
