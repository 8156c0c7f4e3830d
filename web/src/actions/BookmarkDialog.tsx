// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { createBookmark } from "@/api/acts";
import type { Item } from "@/model/history";
import { tagsOf } from "@/model/share";
import { dataWords } from "@/model/situation";
import { Checkbox, FormDialog, TextArea, TextField, useNow } from "@/ui";
import { useContainerPage } from "./context";
import styles from "./dialogs.module.css";
import { ExpiryField, expiryOf } from "./ExpiryField";

export function BookmarkDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const page = useContainerPage();
  const now = useNow();
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const [tags, setTags] = useState("");
  const [expiry, setExpiry] = useState("");
  const [isShared, setShared] = useState(false);
  // Asked for only where it is not as the template says.
  const [asked, setAsked] = useState<boolean | null>(null);
  const isExact = asked ?? page.areBookmarksExact;
  const isNow = item.kind === "now";
  const isYours = item.lane === page.container.active_branch.id;
  const bookmarkIt = () =>
    createBookmark(page.container.id, {
      name: name.trim(),
      note: note.trim(),
      tags: tagsOf(tags),
      audience: isShared ? "everyone" : "only_container",
      expires_at: expiryOf(expiry),
      ...(isExact !== page.areBookmarksExact && { exact: isExact }),
      branch: item.lane,
      ...(!isNow && { at: new Date(item.at).toISOString() }),
    });
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={
        isNow && isYours
          ? "Bookmark your data as it is now"
          : `Bookmark the data of ${dataWords({ ...page, item, now })}`
      }
      submit="Bookmark"
      canSubmit={name.trim() !== ""}
      onSubmit={() => page.send(bookmarkIt)}
    >
      <TextField
        label="Name"
        hint="What the data is good for, e.g. “after the edge case data”."
        autoFocus
        required
        maxLength={256}
        value={name}
        onChange={setName}
      />
      <details className={styles.more}>
        <summary>Note, tags, exactness, sharing, expiry</summary>
        <div className={styles.fields}>
          <TextArea
            label="Note"
            isOptional
            rows={2}
            maxLength={4096}
            value={note}
            onChange={setNote}
          />
          <TextField
            label="Tags"
            isOptional
            hint="Separated by commas."
            value={tags}
            onChange={setTags}
          />
          <ExpiryField value={expiry} onChange={setExpiry} />
          {isNow && (
            <Checkbox
              label="Exact"
              hint="The databases stop for a moment and start again, so that nothing is missing, not even the rows of unlogged tables. New connections wait meanwhile."
              isChecked={isExact}
              onChange={setAsked}
            />
          )}
          <Checkbox
            label="Share it"
            hint={`Everyone with a container of “${page.container.template.name}” can take it.`}
            isChecked={isShared}
            onChange={setShared}
          />
        </div>
      </details>
    </FormDialog>
  );
}
