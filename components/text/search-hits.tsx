import type { RunTextHit } from "#lib/core/api/text.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { goToText } from "./text-places.ts";

/** Places where a text stands, with what is around it; a press leads there, to another page, too. */
export function SearchHits({ hits }: { hits: readonly RunTextHit[] }) {
  const { workspace } = useWorkspace();
  const pages = useWorkspaceState((state) => state.image.pages);
  if (hits.length === 0) return <p className="text-muted">This stands on no page.</p>;
  return (
    <ol className="flex flex-col gap-1">
      {hits.map((hit) => (
        <li key={`${hit.page} ${hit.findings.join()}`}>
          <button
            type="button"
            onClick={() => goToText(workspace, hit)}
            className="w-full rounded-sm px-1 py-0.5 text-left hover:bg-hover"
          >
            {pages > 1 && <span className="mr-1 text-xs text-muted">page {hit.page + 1}</span>}
            <span className="text-muted">{hit.before} </span>
            <mark className="rounded-sm bg-accent-soft px-0.5 font-medium text-ink">{hit.match}</mark>
            <span className="text-muted"> {hit.after}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
