// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useContainerPage } from "@/actions/context";
import { LOOKS } from "@/actions/words";
import { recover } from "@/api/acts";
import { bookmarksQuery, trashQuery } from "@/api/queries";
import type { Bookmark, Operation, Trashed } from "@/api/types";
import { type NextAct, nextActs } from "@/model/next_acts";
import { itemOfOwn } from "@/model/situation";
import { Button, LinkIcon, UndoIcon } from "@/ui";
import { copyAddress } from "./copyAddress";

const NO_BOOKMARKS: Bookmark[] = [];
const NO_TRASH: Trashed[] = [];

// What one mostly wants to do after the operation that has just ended.
export function NextActs({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const { container, me } = useContainerPage();
  const { data: bookmarks = NO_BOOKMARKS } = useQuery(bookmarksQuery(container.id));
  const { data: trash = NO_TRASH } = useQuery({
    ...trashQuery,
    enabled: operation.kind === "delete_bookmark",
    refetchOnMount: "always",
  });
  return nextActs(operation, { container, me, bookmarks, trash }).map((act) => (
    <NextButton key={act.kind} act={act} onClose={onClose} />
  ));
}

function NextButton({ act, onClose }: { act: NextAct; onClose: () => void }) {
  const { perform, sendAndShow, actionsFor, history } = useContainerPage();
  switch (act.kind) {
    case "share": {
      const item = history.byId.get(act.bookmark.id) ?? itemOfOwn(act.bookmark);
      return (
        <Button
          size="small"
          icon={LOOKS.share.icon}
          isOff={Boolean(actionsFor(item).share.unavailable)}
          onClick={() => perform("share", item)}
        >
          Share
        </Button>
      );
    }
    case "copyAddress":
      return (
        <Button size="small" icon={<LinkIcon />} onClick={() => copyAddress(act.bookmark)}>
          Copy address
        </Button>
      );
    case "bringBack": {
      const bringBack = () => {
        onClose();
        sendAndShow(() => recover(act.thing));
      };
      return (
        <Button size="small" icon={<UndoIcon />} onClick={bringBack}>
          Undo
        </Button>
      );
    }
  }
}
