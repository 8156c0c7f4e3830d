// SPDX-License-Identifier: Apache-2.0
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { createQueryClient } from "@/api/queryClient";
import { ErrorBoundary } from "@/pages/ErrorBoundary";
import { Gate } from "@/pages/Gate";
import { Announcer } from "@/ui";

const queries = createQueryClient();

export function App() {
  return (
    // The daemon's Content-Security-Policy allows no style elements.
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <ErrorBoundary>
          <Gate />
        </ErrorBoundary>
        <Announcer />
      </QueryClientProvider>
    </CSPProvider>
  );
}
