"use client";

import { Download } from "lucide-react";
import { EXPORT_FORMATS, exportAddress } from "../api/runs.ts";
import { Button } from "../ui/button.tsx";
import { Menu, MenuHeading, MenuLink } from "../ui/menu.tsx";
import { useWorkspaceState } from "../workspace/context.tsx";

/** Takes the findings of the run shown, or of the whole picture, to other tools. */
export function ExportMenu() {
  const { runId, imageId } = useWorkspaceState((state) => ({ runId: state.runId, imageId: state.image.id }));
  return (
    <Menu trigger={<Button icon={<Download size={15} aria-hidden />}>Export</Button>}>
      <MenuHeading>{runId === null ? "All findings of the picture" : "Findings of this run"}</MenuHeading>
      {EXPORT_FORMATS.map((format) => (
        <MenuLink
          key={format.id}
          href={exportAddress(runId === null ? { imageId } : { runId }, format.id)}
          download
          hint={format.hint}
        >
          {format.name}
        </MenuLink>
      ))}
    </Menu>
  );
}
