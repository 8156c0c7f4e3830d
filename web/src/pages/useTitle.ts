// SPDX-License-Identifier: Apache-2.0
import { useEffect } from "react";

// The title of the browser's tab: what is shown first, then the product.
export function useTitle(...parts: (string | undefined)[]) {
  const title = [...parts.filter(Boolean), "Slipstream"].join(" - ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
