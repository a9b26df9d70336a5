"use client";

import { useEffect, useState } from "react";
import type { Import } from "#lib/core/api/imports.ts";
import { listImports, undoImport } from "../api/transfers.ts";
import { Button } from "../ui/button.tsx";
import { formatInstant, plural } from "../ui/format.ts";
import { notify } from "../ui/toasts.ts";
import { tryTo } from "../ui/try-to.ts";
import { useWorkspaceState } from "../workspace/context.tsx";

/** Takes an import back, and says what went and what stays. */
export function takeBack(id: string): Promise<void> {
  return tryTo("The import could not be taken back", async () => {
    const { removed, kept } = await undoImport(id);
    const text = kept > 0 ? `${plural(kept, "finding")} stay, as somebody has worked on them.` : "";
    notify({ tone: "info", title: `${plural(removed, "finding")} taken back`, text });
  });
}

/** What was brought in before, to be taken back. */
export function EarlierImports() {
  const imageId = useWorkspaceState((state) => state.image.id);
  const [imports, setImports] = useState<readonly Import[]>([]);
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads again
  useEffect(() => {
    const leave = new AbortController();
    // Without the list files can be brought in all the same.
    listImports(imageId, leave.signal).then(setImports, () => undefined);
    return () => leave.abort();
  }, [imageId, round]);

  if (imports.length === 0) return null;
  return (
    <section aria-label="Earlier imports" className="border-t border-line pt-3">
      <h3 className="mb-2 font-semibold">Brought in before</h3>
      <ul className="flex flex-col gap-2">
        {imports.map(({ id, files, createdBy, createdAt, undoneAt }) => (
          <li key={id} className="flex items-center gap-2">
            <div className="min-w-0 flex-1">
              <p className="truncate">{files.map(({ name }) => name).join(", ")}</p>
              <p className="text-xs text-muted">
                {plural(
                  files.reduce((sum, { added }) => sum + added, 0),
                  "finding",
                )}
                , {createdBy}, {formatInstant(createdAt)}
              </p>
            </div>
            {undoneAt === null ? (
              <Button small onClick={() => void takeBack(id).then(() => setRound((before) => before + 1))}>
                Take back
              </Button>
            ) : (
              <span className="text-xs text-muted">taken back</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
