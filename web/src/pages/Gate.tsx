// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { hasCode } from "@/api/problem";
import { meQuery } from "@/api/queries";
import { LoginPage } from "@/pages/login/LoginPage";
import { Shell } from "@/pages/shell/Shell";
import { Button, EmptyState, ErrorBanner, OfflineIcon } from "@/ui";

// Nobody gets past without a session. The address stays, so that after the login one is where one
// wanted to go.
export function Gate() {
  const me = useQuery(meQuery);
  if (me.data) return <Shell me={me.data} />;
  if (hasCode(me.error, "unauthenticated")) return <LoginPage />;
  if (hasCode(me.error, "unavailable")) {
    return (
      <main>
        <EmptyState
          isPage
          icon={<OfflineIcon />}
          title="The server does not answer"
          actions={
            <Button isBusy={me.isFetching} onClick={() => me.refetch()}>
              Try again
            </Button>
          }
        >
          It may be restarting. Your data is safe: databases go on without it.
        </EmptyState>
      </main>
    );
  }
  return me.error ? <ErrorBanner error={me.error} /> : null;
}
