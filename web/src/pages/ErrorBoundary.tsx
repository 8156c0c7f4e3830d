// SPDX-License-Identifier: Apache-2.0
import { Component, type ReactNode } from "react";
import { Button, EmptyState, WarningIcon } from "@/ui";

// A part of the page that cannot be drawn, e.g. as it could not be fetched, does not take what was
// done with it: that is the server's.
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <EmptyState
        isPage
        icon={<WarningIcon />}
        title="A part of this page could not be loaded"
        actions={
          <Button variant="main" onClick={() => location.reload()}>
            Load it again
          </Button>
        }
      >
        The server may be restarting, or has a newer page. Nothing of your data is concerned.
      </EmptyState>
    );
  }
}
