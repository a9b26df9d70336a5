"use client";

import { type DragEvent, type ReactNode, useRef, useState } from "react";

/** Takes files that are dropped anywhere on the page, folders with all that is in them. */
export function DropZone({
  enabled,
  invitation,
  onFiles,
  onFolder,
  children,
}: {
  enabled: boolean;
  /** What dropping would do, said while files are held over the page. */
  invitation: string;
  onFiles: (files: File[]) => void;
  /** Told all that is in the folders that were dropped. */
  onFolder?: (files: File[]) => void;
  children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  // Enter and leave come for every child crossed; only the balance says whether the pointer is still here.
  const depth = useRef(0);

  const carries = (event: DragEvent): boolean => enabled && event.dataTransfer.types.includes("Files");
  const move = (by: number): void => {
    depth.current += by;
    setOver(depth.current > 0);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a pointer's way; the button beside it is everyone's
    <div
      className="relative flex min-h-dvh flex-col"
      onDragEnter={(event) => {
        if (!carries(event)) return;
        event.preventDefault();
        move(1);
      }}
      onDragOver={(event) => {
        if (carries(event)) event.preventDefault();
      }}
      onDragLeave={(event) => {
        if (carries(event)) move(-1);
      }}
      onDrop={(event) => {
        if (!carries(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        void filesOf(event.dataTransfer).then(({ files, inFolders }) => {
          onFiles(files);
          if (inFolders !== null) onFolder?.(inFolders);
        });
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none fixed inset-3 z-40 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-canvas/85">
          <p className="text-base font-semibold">{invitation}</p>
        </div>
      )}
    </div>
  );
}

async function filesOf(transfer: DataTransfer): Promise<{ files: File[]; inFolders: File[] | null }> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const all = async (some: FileSystemEntry[]): Promise<File[]> => (await Promise.all(some.map(filesUnder))).flat();
  const folders = entries.filter(isDirectory);
  return { files: await all(entries.filter(isFile)), inFolders: folders.length > 0 ? await all(folders) : null };
}

async function filesUnder(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  if (!isDirectory(entry)) return [];
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  // A reader hands out a hundred entries at a time and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(filesUnder))).flat();
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
