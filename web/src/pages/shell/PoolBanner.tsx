// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { poolQuery } from "@/api/queries";
import { poolWarning } from "@/model/pool";
import { Banner } from "@/ui";

const LOOK_AGAIN_MS = 60_000;

export function PoolBanner() {
  const { data: pool } = useQuery({ ...poolQuery, refetchInterval: LOOK_AGAIN_MS });
  const warning = pool && poolWarning(pool);
  if (!warning) return null;
  return (
    <Banner tone={warning.tone} isFlush title={warning.title}>
      {warning.advice}
    </Banner>
  );
}
