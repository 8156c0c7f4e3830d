// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";
import { connection } from "@/api/events";
import { session } from "@/api/session";
import { moment } from "@/model/time";
import { Banner } from "@/ui";

// A daemon that restarts is back within this time mostly; nobody needs to read of it.
const PATIENCE_MS = 2000;

export function ConnectionBanner() {
  const { lostAt } = connection.use();
  const isOpen = session.use() === "open";
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (lostAt === null) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lostAt]);
  if (!isLate || lostAt === null || !isOpen) return null;
  return (
    <Banner
      tone="warning"
      isFlush
      isWorking
      title={`The connection to the server is lost since ${moment(lostAt, Date.now())}`}
    >
      What you see may be old. The page tries again by itself; databases and applications go on
      meanwhile.
    </Banner>
  );
}
