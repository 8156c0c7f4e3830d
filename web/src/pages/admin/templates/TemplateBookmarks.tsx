// SPDX-License-Identifier: Apache-2.0
import { useState } from "react";
import type { Bookmark, Operation, Template } from "@/api/types";
import {
  BookmarkIcon,
  Button,
  type Column,
  ConfirmDialog,
  EditIcon,
  EmptyState,
  IconButton,
  Table,
  TimeText,
  TrashIcon,
} from "@/ui";
import { deleteTemplateBookmark } from "../api/acts";
import { Loaded } from "../parts/Loaded";
import partStyles from "../parts/parts.module.css";
import { useAct } from "../parts/useAct";
import { TemplateBookmarkDialog } from "./TemplateBookmarkDialog";

interface TemplateBookmarksProps {
  template: Template;
  bookmarks: Parameters<typeof Loaded<Bookmark[]>>[0]["query"];
  onBegun: (operation: Operation) => void;
}

export function TemplateBookmarks({ template, bookmarks, onBegun }: TemplateBookmarksProps) {
  const [open, setOpen] = useState<{ kind: "new" | "edit" | "delete"; bookmark?: Bookmark } | null>(
    null,
  );
  const close = () => setOpen(null);
  const act = useAct();
  const create = (
    <Button icon={<BookmarkIcon />} onClick={() => setOpen({ kind: "new" })}>
      Bookmark the newest data
    </Button>
  );
  return (
    <>
      <Loaded query={bookmarks} what="The bookmarks">
        {(data) => (
          <>
            {data.length > 0 && (
              <div className={partStyles.tabHead}>
                <p className={partStyles.hint}>All containers of this template see them.</p>
                {create}
              </div>
            )}
            <Table
              label="Bookmarks of the template"
              rows={data}
              rowKey={(bookmark) => bookmark.id}
              columns={columnsFor(
                (bookmark) => setOpen({ kind: "edit", bookmark }),
                (bookmark) => setOpen({ kind: "delete", bookmark }),
              )}
              empty={
                <EmptyState icon={<BookmarkIcon />} title="No bookmark yet" actions={create}>
                  A bookmark of the template names the newest data now, for all its containers: they
                  can restore it or branch from it at any time later.
                </EmptyState>
              }
            />
          </>
        )}
      </Loaded>
      {open && open.kind !== "delete" && (
        <TemplateBookmarkDialog
          template={template}
          bookmark={open.bookmark}
          onClose={close}
          onBegun={onBegun}
        />
      )}
      <ConfirmDialog
        isOpen={open?.kind === "delete"}
        onClose={close}
        title={`Delete bookmark “${open?.bookmark?.name}”?`}
        submit="Delete"
        isDanger
        onSubmit={() =>
          act(
            () => deleteTemplateBookmark(template.id, open?.bookmark?.id ?? ""),
            `“${open?.bookmark?.name}” is in the trash.`,
          )
        }
      >
        It goes to the trash, and can come back from there for a while. Branches made from it stay.
      </ConfirmDialog>
    </>
  );
}

function columnsFor(
  edit: (bookmark: Bookmark) => void,
  remove: (bookmark: Bookmark) => void,
): Column<Bookmark>[] {
  return [
    {
      head: "Name",
      isName: true,
      cell: (bookmark) => (
        <>
          {bookmark.name}
          {bookmark.note && <p className={partStyles.hint}>{bookmark.note}</p>}
        </>
      ),
    },
    { head: "Data of", cell: (bookmark) => <TimeText at={bookmark.at} /> },
    { head: "By", cell: (bookmark) => bookmark.creator.name },
    { head: "Tags", cell: (bookmark) => bookmark.tags.join(", ") },
    {
      head: "Kept until",
      cell: (bookmark) =>
        bookmark.expires_at ? <TimeText at={bookmark.expires_at} /> : "It is deleted",
    },
    {
      head: "Actions",
      isActions: true,
      cell: (bookmark) => (
        <div className={partStyles.row}>
          <IconButton label={`Edit ${bookmark.name}`} size="small" onClick={() => edit(bookmark)}>
            <EditIcon />
          </IconButton>
          <IconButton
            label={`Delete ${bookmark.name}`}
            size="small"
            onClick={() => remove(bookmark)}
          >
            <TrashIcon />
          </IconButton>
        </div>
      ),
    },
  ];
}
