"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { IconButton } from "../ui/icon-button.tsx";
import { useWorkspace, useWorkspaceState } from "./context.tsx";

/** Which page of a document is shown, and the way to its others; nothing where there is only one. */
export function PageSwitch() {
  const { workspace } = useWorkspace();
  const pages = useWorkspaceState((state) => state.image.pages);
  if (pages < 2) return null;
  const { page, openPage } = workspace;
  const numbers = Array.from({ length: pages }, (_, index) => index + 1);
  return (
    <nav aria-label="Pages" className="flex items-center gap-1 text-xs text-muted">
      <IconButton
        name="Previous page"
        icon={<ChevronLeft size={15} aria-hidden />}
        disabled={page === 0}
        onClick={() => openPage(page - 1)}
      />
      <select
        aria-label="Page"
        className="rounded border border-line bg-panel px-1 py-0.5 tabular-nums"
        value={page}
        onChange={(event) => openPage(Number(event.target.value))}
      >
        {numbers.map((number) => (
          <option key={number} value={number - 1}>
            Page {number} of {pages}
          </option>
        ))}
      </select>
      <IconButton
        name="Next page"
        icon={<ChevronRight size={15} aria-hidden />}
        disabled={page === pages - 1}
        onClick={() => openPage(page + 1)}
      />
    </nav>
  );
}
