import { CSPProvider } from "@base-ui/react/csp-provider";
import { Announcer } from "@/ui";

export function App() {
  return (
    // The daemon's Content-Security-Policy allows no style elements.
    <CSPProvider disableStyleElements>
      <Announcer />
    </CSPProvider>
  );
}
