"use client";

import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";

/** As objectives have them. */
const USUAL = [1, 2, 5, 10, 20, 40, 60, 100] as const;

/** Goes to a magnification of a slide, as if one turned the objective. Shows nothing where the picture tells none. */
export function Magnifications() {
  const { workspace } = useWorkspace();
  const scanned = useWorkspaceState((state) => state.image.magnification);
  if (!scanned) return null;
  return (
    <select
      aria-label="Magnification"
      value=""
      onChange={(event) => {
        const wanted = Number(event.target.value);
        workspace.camera.current?.zoomTo(wanted / scanned / window.devicePixelRatio);
      }}
      className="h-7 rounded-md border border-line bg-raised px-1 text-xs text-ink"
    >
      <option value="" disabled>
        Magnify
      </option>
      {USUAL.filter((each) => each <= scanned).map((each) => (
        <option key={each} value={each}>
          {each}×
        </option>
      ))}
    </select>
  );
}
