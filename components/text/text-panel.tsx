"use client";

import { useState } from "react";
import type { Run } from "#lib/core/detection/run.ts";
import { INPUT } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { PageLines } from "./page-lines.tsx";
import { SearchHits } from "./search-hits.tsx";
import { usePageText, useTextSearch } from "./use-text.ts";

/** The text of the page in the order of reading, and a search over all pages of the run; both lead to the place in the picture. */
export function TextPanel({ run }: { run: Run }) {
  const { workspace } = useWorkspace();
  const [q, setQ] = useState("");
  const listRevision = useWorkspaceState((state) => state.listRevision);
  const revision = `${run.state} ${listRevision}`;
  const text = usePageText(run.id, workspace.page, revision);
  const search = useTextSearch(run.id, q, revision);
  const error = search.error ?? text.error;
  return (
    <section aria-label="Text" className="flex min-h-0 flex-1 flex-col">
      <div className="border-b border-line px-3 py-2">
        <input
          type="search"
          aria-label="Search the text"
          placeholder="Search the text"
          className={INPUT}
          value={q}
          onChange={(event) => setQ(event.target.value)}
        />
        <p aria-live="polite" className="pt-1 text-xs text-muted">
          {search.value
            ? `${search.value.more ? "The first " : ""}${plural(search.value.hits.length, "place")}`
            : "Words that were rejected are left out"}
        </p>
      </div>
      <div className="scroll-quiet min-h-0 flex-1 overflow-y-auto p-3">
        {error && (
          <p role="alert" className="text-bad">
            {error}
          </p>
        )}
        {search.value ? <SearchHits hits={search.value.hits} /> : text.value && <PageLines text={text.value} />}
      </div>
    </section>
  );
}
