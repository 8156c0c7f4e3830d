// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { trashQuery } from "@/api/queries";
import { ButtonLink, ContainerIcon, EmptyState, TrashIcon } from "@/ui";

interface Props {
  name: string;
  // It was on the page a moment ago.
  wasShown: boolean;
}

// No such container: never there, not for this user to see, or deleted meanwhile.
export function GoneContainer({ name, wasShown }: Props) {
  const { data: trash = [] } = useQuery(trashQuery);
  const trashed = trash.find((thing) => thing.kind === "container" && thing.name === name);
  if (trashed) {
    return (
      <EmptyState
        isPage
        icon={<TrashIcon />}
        title={`“${name}” was deleted${trashed.deleted_by ? ` by ${trashed.deleted_by}` : ""}`}
        actions={
          <Link href="/trash" asChild>
            <ButtonLink variant="main">Open the trash</ButtonLink>
          </Link>
        }
      >
        It is in the trash, with all its branches and bookmarks, and can be brought back from there.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      isPage
      icon={<ContainerIcon />}
      title={wasShown ? `“${name}” has gone` : `There is no container “${name}” for you`}
      actions={<Link href="/">To your containers</Link>}
    >
      {wasShown
        ? "It was deleted, or you are no longer a member. Ask its owner or an administrator."
        : "It may have been renamed or deleted, or you are no member of it. Ask its owner or an administrator."}
    </EmptyState>
  );
}
