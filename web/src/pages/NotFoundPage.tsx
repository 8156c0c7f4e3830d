// SPDX-License-Identifier: Apache-2.0
import { Link } from "wouter";
import { EmptyState, HelpIcon } from "@/ui";
import { useTitle } from "./useTitle";

export function NotFoundPage() {
  useTitle("Not found");
  return (
    <EmptyState
      isPage
      icon={<HelpIcon />}
      title="There is no such page"
      actions={<Link href="/">To your containers</Link>}
    >
      The address may be mistyped, or what it led to has gone.
    </EmptyState>
  );
}
