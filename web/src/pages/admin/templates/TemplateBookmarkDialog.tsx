// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import { dayOf, ExpiryField, expiryOf } from "@/actions/ExpiryField";
import type { Bookmark, Operation, Template } from "@/api/types";
import { titleProblem } from "@/model/admin_names";
import { FormDialog, TextArea, TextField } from "@/ui";
import { createTemplateBookmark, editTemplateBookmark } from "../api/acts";
import { useAct } from "../parts/useAct";

interface TemplateBookmarkDialogProps {
  template: Template;
  bookmark?: Bookmark | undefined; // to edit it
  onClose: () => void;
  onBegun: (operation: Operation) => void;
}

export function TemplateBookmarkDialog(props: TemplateBookmarkDialogProps) {
  const { template, bookmark, onClose, onBegun } = props;
  const [name, setName] = useState(bookmark?.name ?? "");
  const [note, setNote] = useState(bookmark?.note ?? "");
  const [tags, setTags] = useState(bookmark?.tags.join(", ") ?? "");
  const kept = bookmark?.expires_at ? dayOf(new Date(bookmark.expires_at)) : "";
  const [day, setDay] = useState(kept);
  const act = useAct();
  const save = async () => {
    const body = { name, note, tags: tagsOf(tags) };
    if (bookmark) {
      // The hour of an expiry that nobody touched stays.
      const expires = day === kept ? bookmark.expires_at : expiryOf(day);
      await act(
        () => editTemplateBookmark(template.id, bookmark.id, { ...body, expires_at: expires }),
        "Saved.",
      );
    } else {
      onBegun(await act(() => createTemplateBookmark(template.id, body)));
    }
  };
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={
        bookmark ? `Edit “${bookmark.name}”` : `Bookmark the newest data of “${template.name}”`
      }
      submit={bookmark ? "Save" : "Bookmark"}
      canSubmit={titleProblem(name) === null}
      onSubmit={save}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={256}
        error={name === "" ? null : titleProblem(name)}
        onChange={setName}
      />
      <TextArea label="Note" isOptional value={note} maxLength={4096} onChange={setNote} />
      <TextField
        label="Tags"
        isOptional
        value={tags}
        hint="Separated by commas."
        onChange={setTags}
      />
      {bookmark && <ExpiryField value={day} onChange={setDay} />}
    </FormDialog>
  );
}

function tagsOf(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ""))];
}
