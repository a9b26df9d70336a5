"use client";

import { ChevronRight, File, Folder } from "lucide-react";
import { useEffect, useState } from "react";
import type { ImportEntry } from "#lib/core/api/images.ts";
import { sentence } from "../api/http.ts";
import { importFile, listImportFolder } from "../api/images.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { formatBytes, plural } from "../ui/format.ts";

type Listed = { entries: readonly ImportEntry[]; error: string | null };

/** `collection`: name of the one that they go to; null: the one that always is. */
type DialogProps = { open: boolean; onClose: () => void; collection: string | null };

/** Chooses files of the server's import folder, which are read where they lie. */
export function ImportDialog({ open, onClose, collection }: DialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add from the import folder"
      description="Files stay where they are on the server: nothing is sent or copied."
    >
      {open && <ImportBrowser onDone={onClose} collection={collection} />}
    </Dialog>
  );
}

function ImportBrowser({ onDone, collection }: { onDone: () => void; collection: string | null }) {
  const [folder, setFolder] = useState("");
  const [listed, setListed] = useState<Listed | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<readonly string[]>([]);
  const [adding, setAdding] = useState(false);

  useEffect(() => {
    const leave = new AbortController();
    setListed(null);
    listImportFolder(folder, leave.signal).then(
      ({ items }) => setListed({ entries: items, error: null }),
      (error: unknown) => {
        if (!leave.signal.aborted) setListed({ entries: [], error: sentence(error) });
      },
    );
    return () => leave.abort();
  }, [folder]);

  const toggle = (path: string): void =>
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });

  const add = async (): Promise<void> => {
    setAdding(true);
    const reasons: string[] = [];
    // One after the other: each is read once from its beginning to its end, and they share a disk.
    for (const path of chosen) {
      await importFile(path, collection).catch((error: unknown) => reasons.push(`${path}: ${sentence(error)}`));
    }
    setAdding(false);
    setChosen(new Set());
    setRefused(reasons);
    if (reasons.length === 0) onDone();
  };

  return (
    <>
      <FolderPath folder={folder} onOpen={setFolder} />
      {listed === null && <p role="status">Reading the folder …</p>}
      {listed?.error && (
        <p role="alert" className="text-bad">
          {listed.error}
        </p>
      )}
      {listed?.entries.length === 0 && !listed.error && <p className="text-muted">Nothing is in this folder.</p>}
      <ul className="divide-y divide-line">
        {listed?.entries.map((entry) => (
          <Entry key={entry.path} entry={entry} chosen={chosen.has(entry.path)} onOpen={setFolder} onToggle={toggle} />
        ))}
      </ul>
      {refused.map((reason) => (
        <p key={reason} role="alert" className="mt-2 text-bad">
          {reason}
        </p>
      ))}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onDone}>Close</Button>
        <Button look="primary" disabled={chosen.size === 0 || adding} onClick={() => void add()}>
          {adding ? "Reading …" : `Add ${plural(chosen.size, "file")}`}
        </Button>
      </div>
    </>
  );
}

/** The way from the import folder down to here, each part a way back. */
function FolderPath({ folder, onOpen }: { folder: string; onOpen: (path: string) => void }) {
  const parts = folder === "" ? [] : folder.split("/");
  return (
    <nav aria-label="Folder" className="mb-2 flex flex-wrap items-center gap-1">
      {["", ...parts].map((part, at) => {
        const path = parts.slice(0, at).join("/");
        return (
          <span key={path} className="inline-flex items-center gap-1">
            {at > 0 && <ChevronRight size={14} className="text-muted" aria-hidden />}
            <button type="button" className="font-medium text-accent hover:underline" onClick={() => onOpen(path)}>
              {part === "" ? "Import folder" : part}
            </button>
          </span>
        );
      })}
    </nav>
  );
}

type EntryProps = {
  entry: ImportEntry;
  chosen: boolean;
  onOpen: (path: string) => void;
  onToggle: (path: string) => void;
};

function Entry({ entry: { kind, name, path, bytes }, chosen, onOpen, onToggle }: EntryProps) {
  if (kind === "folder") {
    return (
      <li>
        <button
          type="button"
          className="flex w-full items-center gap-2 px-1 py-1.5 text-left hover:bg-hover"
          onClick={() => onOpen(path)}
        >
          <Folder size={15} className="text-muted" aria-hidden />
          <span className="truncate">{name}</span>
        </button>
      </li>
    );
  }
  return (
    <li>
      <label className="flex items-center gap-2 px-1 py-1.5 hover:bg-hover">
        <input type="checkbox" checked={chosen} onChange={() => onToggle(path)} />
        <File size={15} className="text-muted" aria-hidden />
        <span className="min-w-0 flex-1 truncate">{name}</span>
        <span className="text-xs text-muted tabular-nums">{formatBytes(bytes ?? 0)}</span>
      </label>
    </li>
  );
}
