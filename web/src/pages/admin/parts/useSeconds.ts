// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "react";

// The time in milliseconds since 1970, each second while something runs.
export function useSeconds(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
