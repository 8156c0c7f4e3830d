import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { Problem } from "@/api/problem";
import { containerOperationsQuery, trashQuery } from "@/api/queries";
import { asSentence } from "@/model/words";
import { ButtonLink, ContainerIcon, EmptyState, TrashIcon } from "@/ui";

interface Props {
  name: string;
  // It was on the page a moment ago.
  wasShown: boolean;
  problem: Problem;
}

// No such container: never there, not for this user to see, or deleted meanwhile.
export function GoneContainer({ name, wasShown, problem }: Props) {
  const { data: trash = [] } = useQuery(trashQuery);
  const trashed = trash.find((thing) => thing.kind === "container" && thing.name === name);
  const { data: operations = [] } = useQuery({
    ...containerOperationsQuery(trashed?.id ?? ""),
    enabled: Boolean(trashed),
  });
  const deletion = operations.find((operation) => operation.kind === "delete_container");
  if (trashed) {
    return (
      <EmptyState
        icon={<TrashIcon />}
        title={`“${name}” was deleted${deletion ? ` by ${deletion.actor.name}` : ""}`}
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
      icon={<ContainerIcon />}
      title={wasShown ? `“${name}” has gone` : `There is no container “${name}” for you`}
      actions={<Link href="/">To your containers</Link>}
    >
      {wasShown
        ? "It was deleted, or you are no longer a member. Ask its owner or an administrator."
        : `${asSentence(problem.message)} ${asSentence(problem.hint) || "It may have been deleted, or you are no member of it. Ask its owner or an administrator."}`}
    </EmptyState>
  );
}
