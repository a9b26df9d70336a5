import { FileDown, FolderPlus, Play } from "lucide-react";
import { useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import type { Collection } from "#lib/core/api/collections.ts";
import type { Viewer } from "../shell/header.tsx";
import { Button } from "../ui/button.tsx";
import { INPUT } from "../ui/field.tsx";
import { CollectionExportDialog } from "./collection-export-dialog.tsx";
import { CollectionRunDialog } from "./collection-run-dialog.tsx";
import { NewCollectionDialog } from "./new-collection-dialog.tsx";

type BarProps = {
  collections: readonly Collection[];
  /** The one that is shown; null: all of them are. */
  chosen: Collection | null;
  viewer: Viewer;
  onChoose: (id: string | null) => void;
  onAdded: (collection: Collection) => void;
};

/** Chooses a collection, and what is done with all of its pictures at once. */
export function CollectionBar({ collections, chosen, viewer, onChoose, onAdded }: BarProps) {
  const [open, setOpen] = useState<"run" | "export" | "new" | null>(null);
  const close = (): void => setOpen(null);
  const mayStart = roleAllows(viewer.role, "operator");
  return (
    <section aria-label="Collections" className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
      <select
        aria-label="Collection"
        className={`${INPUT} max-w-64`}
        value={chosen?.id ?? ""}
        onChange={(event) => onChoose(event.target.value || null)}
      >
        <option value="">All collections</option>
        {collections.map(({ id, name, images }) => (
          <option key={id} value={id}>
            {name} ({images})
          </option>
        ))}
      </select>
      {mayStart && (
        <Button icon={<FolderPlus size={15} aria-hidden />} onClick={() => setOpen("new")}>
          New collection…
        </Button>
      )}
      {chosen && mayStart && (
        <Button icon={<Play size={15} aria-hidden />} disabled={chosen.images === 0} onClick={() => setOpen("run")}>
          Analyse all…
        </Button>
      )}
      {chosen && (
        <Button
          icon={<FileDown size={15} aria-hidden />}
          disabled={chosen.images === 0}
          onClick={() => setOpen("export")}
        >
          Export as one set…
        </Button>
      )}
      {chosen && <CollectionRunDialog collection={chosen} open={open === "run"} onClose={close} />}
      {chosen && (
        <CollectionExportDialog collection={chosen} role={viewer.role} open={open === "export"} onClose={close} />
      )}
      <NewCollectionDialog open={open === "new"} onClose={close} onAdded={onAdded} />
    </section>
  );
}
