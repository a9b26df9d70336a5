"use client";

import { Ellipsis, FolderInput, Trash2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import type { Image } from "#lib/core/detection/image.ts";
import type { Run } from "#lib/core/detection/run.ts";
import { deleteImage } from "../api/images.ts";
import { RunBadge } from "../runs/run-badge.tsx";
import type { Viewer } from "../shell/header.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { formatBytes, formatCount, plural } from "../ui/format.ts";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { tryTo } from "../ui/try-to.ts";
import { CardPicture } from "./card-picture.tsx";
import type { Library } from "./library.ts";
import { MoveDialog } from "./move-dialog.tsx";

type CardProps = { image: Image; run: Run | null; viewer: Viewer; library: Library };

/** One picture of the library: what it is, how it is, what was found last. */
export function ImageCard({ image, run, viewer, library }: CardProps) {
  const [asking, setAsking] = useState<"delete" | "move" | null>(null);
  const leave = (): void => setAsking(null);
  const openable = image.state === "ready";
  return (
    <article className="group relative flex h-full flex-col overflow-hidden rounded-lg border border-line bg-panel focus-within:border-accent hover:border-edge">
      <CardPicture image={image} viewer={viewer} />
      <div className="flex flex-1 flex-col gap-1 px-3 py-2.5">
        <h2 className="truncate pr-7 font-medium" title={image.name}>
          {openable ? (
            // The link's after-element spans the card, so that the whole card opens it.
            <Link
              href={`/images/${image.id}`}
              className="outline-none after:absolute after:inset-0 focus-visible:underline"
            >
              {image.name}
            </Link>
          ) : (
            image.name
          )}
        </h2>
        <p className="text-xs text-muted tabular-nums">{factsOf(image)}</p>
        {openable && image.error && <p className="text-xs text-warn">{image.error}</p>}
        <p className="mt-auto flex min-h-6 items-center gap-2 pt-1 text-xs">
          {run ? (
            <>
              <RunBadge state={run.state} />
              <span className="text-muted">{plural(run.findings, "finding")}</span>
            </>
          ) : (
            <span className="text-muted">{openable ? "Not analysed yet" : ""}</span>
          )}
        </p>
      </div>
      {roleAllows(viewer.role, "operator") && (
        <div className="absolute right-1.5 bottom-[3.4rem]">
          <Menu
            trigger={
              <button
                type="button"
                aria-label={`More about ${image.name}`}
                className="inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-hover"
              >
                <Ellipsis size={16} aria-hidden />
              </button>
            }
          >
            <MenuItem icon={<FolderInput size={15} aria-hidden />} onSelect={() => setAsking("move")}>
              Move to another collection…
            </MenuItem>
            {roleAllows(viewer.role, "owner") && (
              <MenuItem danger icon={<Trash2 size={15} aria-hidden />} onSelect={() => setAsking("delete")}>
                Delete…
              </MenuItem>
            )}
          </Menu>
        </div>
      )}
      <DeleteDialog image={image} run={run} open={asking === "delete"} onClose={leave} library={library} />
      <MoveDialog image={image} open={asking === "move"} onClose={leave} library={library} />
    </article>
  );
}

/** Format, size in pixels, scale, size in bytes: what is known of them. */
function factsOf(image: Image): string {
  const scale =
    image.scale &&
    ("crs" in image.scale ? image.scale.crs : `${Number(image.scale.micronsPerPixel.toPrecision(3))} µm/px`);
  return [
    image.format?.toUpperCase(),
    image.width && image.height && `${formatCount(image.width)} × ${formatCount(image.height)}`,
    scale,
    image.bytes !== null && formatBytes(image.bytes),
  ]
    .filter(Boolean)
    .join(" · ");
}

type DeleteProps = { image: Image; run: Run | null; open: boolean; onClose: () => void; library: Library };

function DeleteDialog({ image, run, open, onClose, library }: DeleteProps) {
  const remove = async (): Promise<void> => {
    onClose();
    await tryTo(`${image.name} is still there`, async () => {
      await deleteImage(image.id);
      library.remove(image.id);
      await library.recount();
    });
  };
  return (
    <Dialog open={open} onClose={onClose} title={`Delete ${image.name}?`}>
      <p className="mb-4 text-muted">
        The picture goes out of the library
        {run ? `, and with it its runs and ${plural(run.findings, "finding")} of the latest` : ""}.
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" onClick={() => void remove()}>
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
