import type { Operation, Trashed } from "@/api/types";

// A deletion is recorded together with what it deletes.
const SAME_TIME_MS = 5000;

// Who deleted it, as far as the operations tell.
export function deletedBy(thing: Trashed, operations: readonly Operation[]): string | undefined {
  const found = operations.find((one) => {
    if (one.state !== "succeeded" || one.kind !== `delete_${thing.kind}`) return false;
    switch (thing.kind) {
      case "container":
        return one.container?.id === thing.id;
      case "branch":
        return one.branch?.id === thing.id;
      default:
        return (
          one.container?.id === thing.container?.id &&
          one.words.includes(`"${thing.name}"`) &&
          Math.abs(Date.parse(one.created_at) - Date.parse(thing.deleted_at)) < SAME_TIME_MS
        );
    }
  });
  return found?.actor.name;
}
