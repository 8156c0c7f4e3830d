// SPDX-License-Identifier: Apache-2.0
// The dialog of what is asked, if something is.
import type { Lane } from "@/model/history";
import { BookmarkDialog } from "./BookmarkDialog";
import { DeleteBookmarkDialog, EditBookmarkDialog, ShareDialog } from "./BookmarkDialogs";
import { BranchDialog, DeleteBranchDialog, RenameBranchDialog } from "./BranchDialogs";
import { DeleteContainerDialog, LockDialog, RenameDialog } from "./ContainerDialogs";
import type { Question } from "./context";
import { GoToTimeDialog } from "./GoToTimeDialog";
import { KeysDialog } from "./KeysDialog";
import { LogDialog } from "./LogDialog";
import { MembersDialog } from "./MembersDialog";

interface Props {
  question: Question | null;
  lane: Lane;
  onGoTo: (at: number) => Promise<void>;
  onClose: () => void;
}

export default function Questions({ question, lane, onGoTo, onClose }: Props) {
  switch (question?.kind) {
    case undefined:
      return null;
    case "bookmark":
      return <BookmarkDialog item={question.item} onClose={onClose} />;
    case "branch":
      return <BranchDialog item={question.item} onClose={onClose} />;
    case "share":
      return question.item.bookmark ? (
        <ShareDialog bookmark={question.item.bookmark} onClose={onClose} />
      ) : null;
    case "edit":
      return question.item.bookmark ? (
        <EditBookmarkDialog bookmark={question.item.bookmark} onClose={onClose} />
      ) : null;
    case "delete":
      return question.item.bookmark ? (
        <DeleteBookmarkDialog bookmark={question.item.bookmark} onClose={onClose} />
      ) : null;
    case "goToTime":
      return <GoToTimeDialog lane={lane} onGoTo={onGoTo} onClose={onClose} />;
    case "keys":
      return <KeysDialog onClose={onClose} />;
    case "rename":
      return <RenameDialog onClose={onClose} />;
    case "members":
      return <MembersDialog onClose={onClose} />;
    case "lock":
      return <LockDialog onClose={onClose} />;
    case "deleteContainer":
      return <DeleteContainerDialog onClose={onClose} />;
    case "renameBranch":
      return <RenameBranchDialog branch={question.branch} onClose={onClose} />;
    case "deleteBranch":
      return <DeleteBranchDialog branch={question.branch} onClose={onClose} />;
    case "log":
      return <LogDialog source={question.source} branch={question.branch} onClose={onClose} />;
  }
}
