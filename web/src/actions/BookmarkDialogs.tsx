// SPDX-License-Identifier: Apache-2.0
// What is done with a bookmark that exists.
import { useState } from "react";
import { deleteBookmark, editBookmark, shareBookmark, unshareBookmark } from "@/api/acts";
import type { Bookmark } from "@/api/types";
import { bookmarkAddress, tagsOf } from "@/model/share";
import { ConfirmDialog, CopyButton, FormDialog, RadioGroup, TextArea, TextField } from "@/ui";
import { useContainerPage } from "./context";
import styles from "./dialogs.module.css";
import { dayOf, ExpiryField, expiryOf } from "./ExpiryField";

interface Props {
  bookmark: Bookmark;
  onClose: () => void;
}

export function ShareDialog({ bookmark, onClose }: Props) {
  const page = useContainerPage();
  const wasShared = bookmark.audience !== "only_container";
  const [audience, setAudience] = useState(wasShared ? bookmark.audience : "everyone");
  const [names, setNames] = useState(bookmark.shared_with.join(", "));
  const act = () => {
    const id = page.container.id;
    if (audience === "only_container") return unshareBookmark(id, bookmark.id);
    const shared_with = audience === "named" ? tagsOf(names) : [];
    return shareBookmark(id, bookmark.id, { audience, shared_with });
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`Share “${bookmark.name}”`}
      submit={audience === "only_container" && wasShared ? "Stop sharing" : "Share"}
      canSubmit={
        (audience !== "named" || tagsOf(names).length > 0) &&
        (audience !== "only_container" || wasShared)
      }
      onSubmit={() => page.send(act)}
    >
      <RadioGroup
        label="Who can take it into a container of their own"
        value={audience}
        onChange={setAudience}
        options={[
          { value: "everyone", label: `Everyone with a container of “${bookmark.template.name}”` },
          { value: "named", label: "Only certain users" },
          {
            value: "only_container",
            label: "Nobody else",
            hint: wasShared ? "What others already took stays theirs." : undefined,
          },
        ]}
      />
      {audience === "named" && (
        <TextField
          label="Users"
          hint="Their names, separated by commas."
          required
          value={names}
          onChange={setNames}
        />
      )}
      {/* Before that it would lead whoever gets it to a refusal; afterwards it is offered. */}
      {wasShared && (
        <div className={styles.address}>
          <code>{bookmarkAddress(bookmark, location.origin)}</code>
          <CopyButton
            text={bookmarkAddress(bookmark, location.origin)}
            label="Copy address, for a bug report"
            words="Copy address"
          />
        </div>
      )}
    </FormDialog>
  );
}

export function EditBookmarkDialog({ bookmark, onClose }: Props) {
  const page = useContainerPage();
  const [name, setName] = useState(bookmark.name);
  const [note, setNote] = useState(bookmark.note);
  const [tags, setTags] = useState(bookmark.tags.join(", "));
  const [expiry, setExpiry] = useState(
    bookmark.expires_at ? dayOf(new Date(bookmark.expires_at)) : "",
  );
  const change = {
    name: name.trim(),
    note: note.trim(),
    tags: tagsOf(tags),
    expires_at: expiryOf(expiry),
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`Change “${bookmark.name}”`}
      submit="Save"
      canSubmit={change.name !== ""}
      onSubmit={() => page.send(() => editBookmark(page.container.id, bookmark.id, change))}
    >
      <TextField label="Name" autoFocus required maxLength={256} value={name} onChange={setName} />
      <TextArea label="Note" isOptional rows={3} maxLength={4096} value={note} onChange={setNote} />
      <TextField
        label="Tags"
        isOptional
        hint="Separated by commas."
        value={tags}
        onChange={setTags}
      />
      <ExpiryField value={expiry} onChange={setExpiry} />
    </FormDialog>
  );
}

export function DeleteBookmarkDialog({ bookmark, onClose }: Props) {
  const page = useContainerPage();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`Delete bookmark “${bookmark.name}”?`}
      submit="Delete the bookmark"
      isDanger
      onSubmit={() => page.send(() => deleteBookmark(page.container.id, bookmark.id))}
    >
      It goes to the trash, from where it can come back. Branches made from it live on.
    </ConfirmDialog>
  );
}
