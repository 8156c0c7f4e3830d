import { useQuery } from "@tanstack/react-query";
import { momentOf, nowOf } from "@/api/acts";
import { keys } from "@/api/keys";
import { ErrorBanner } from "@/ui";
import { useContainerPage } from "./context";
import { Sources } from "./ProductionTime";

// Of a branch that is not active: its databases are had as they are now, its files as of its last point.
// Whoever takes it sees how old these are.
export function NowOfBranch({ branch }: { branch: string }) {
  const { container } = useContainerPage();
  const { data, error } = useQuery({
    queryKey: keys.containerPart(container.id, "now-of", branch),
    queryFn: async () => momentOf(container.id, (await nowOf(branch)).time, branch),
    retry: false,
  });
  if (error) return <ErrorBanner error={error} />;
  return data ? <Sources moment={data} exactly="as it is now" /> : null;
}
