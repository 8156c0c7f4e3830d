// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { lookedAt } from "@/api/events";
import { hasCode } from "@/api/problem";
import { containerQuery } from "@/api/queries";
import type { CurrentUser } from "@/api/types";
import { useTitle } from "@/pages/useTitle";
import { ErrorBanner } from "@/ui";
import { ContainerView } from "./ContainerView";
import { GoneContainer } from "./GoneContainer";
import { LoadingContainer } from "./LoadingContainer";

// Found by its name; from then on held by its id, so that it stays when it is renamed.
export function ContainerPage({ name, me }: { name: string; me: CurrentUser }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [id, setId] = useState<string | null>(null);
  const { data, error } = useQuery(containerQuery(id ?? name));
  useTitle(data?.name ?? name);

  useEffect(() => {
    if (!data || id !== null) return;
    queries.setQueryData(containerQuery(data.id).queryKey, data);
    setId(data.id);
  }, [data, id, queries]);

  // Nothing is looked at that is not there.
  const isMissing = data === undefined && error !== null;
  useEffect(() => {
    if (isMissing) lookedAt.set(null);
  }, [isMissing]);

  useEffect(() => {
    if (data && data.name !== name)
      go(`/containers/${encodeURIComponent(data.name)}`, { replace: true });
  }, [data, name, go]);

  if (hasCode(error, "not_found", "permission_denied")) {
    return <GoneContainer name={data?.name ?? name} wasShown={data !== undefined} />;
  }
  if (data && id === data.id) return <ContainerView container={data} me={me} />;
  return error ? <ErrorBanner error={error} /> : <LoadingContainer />;
}
