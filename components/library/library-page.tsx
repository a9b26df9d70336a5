"use client";

import { FolderInput, FolderPlus, ImagePlus, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import { query } from "../api/http.ts";
import { CollectionBar } from "../collection/collection-bar.tsx";
import { CollectionStatus } from "../collection/collection-status.tsx";
import { readFilter } from "../operations/run-filter.ts";
import { Header, type Viewer } from "../shell/header.tsx";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { INPUT } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import { notify } from "../ui/toasts.ts";
import { DropZone } from "./drop-zone.tsx";
import { picturesAmong } from "./folder-files.ts";
import { ImageGrid } from "./image-grid.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import { createLibrary } from "./library.ts";
import { Samples } from "./samples.tsx";
import { UploadTray } from "./upload-tray.tsx";
import { sharedUploads } from "./uploads.ts";

/** All pictures, and the ways in for new ones; `hasImportFolder` where the server may read from a folder of its own. */
export function LibraryPage({ viewer, hasImportFolder }: { viewer: Viewer; hasImportFolder: boolean }) {
  const [importing, setImporting] = useState(false);
  const [library] = useState(createLibrary);
  const [uploads] = useState(sharedUploads);
  const picker = useRef<HTMLInputElement>(null);
  const folderPicker = useRef<HTMLInputElement>(null);
  const mayUpload = roleAllows(viewer.role, "operator");
  const { state, count, search, collections, collection } = useStore(library.store, (value) => ({
    state: value.state,
    count: value.images.length,
    search: value.search,
    collections: value.collections,
    collection: value.collection,
  }));
  const chosen = collections.find(({ id }) => id === collection) ?? null;
  const add = (files: readonly File[]): void => uploads.add(files, chosen?.name ?? null);
  const choose = (id: string | null): void => {
    library.choose(id);
    // The address says what is shown, so that a link brings another to the same.
    window.history.replaceState(null, "", `${window.location.pathname}${query({ collection: id })}`);
  };

  useEffect(() => library.start(readFilter(window.location.search).collection), [library]);
  useEffect(() => {
    if (!mayUpload) return;
    const leave = new AbortController();
    // What cannot be listed now is listed at the next look at the page.
    uploads.findInterrupted(leave.signal).catch(() => undefined);
    return () => leave.abort();
  }, [uploads, mayUpload]);

  const empty = state === "ready" && count === 0 && search === "" && collection === null;
  return (
    <DropZone
      enabled={mayUpload}
      invitation={`Drop to add to ${chosen?.name ?? "the library"}`}
      onFiles={add}
      onFolder={(files) => addFolder(add, files)}
    >
      <Header
        viewer={viewer}
        actions={
          mayUpload && (
            <>
              {hasImportFolder && (
                <Button icon={<FolderInput size={16} aria-hidden />} onClick={() => setImporting(true)}>
                  From the import folder
                </Button>
              )}
              <Button icon={<FolderPlus size={16} aria-hidden />} onClick={() => folderPicker.current?.click()}>
                Add a folder
              </Button>
              <Button look="primary" icon={<ImagePlus size={16} aria-hidden />} onClick={() => picker.current?.click()}>
                Add pictures
              </Button>
            </>
          )
        }
      />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label="Pictures to add"
        accept="image/*,.svs,.tif,.tiff,.ndpi"
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <input
        ref={(input) => {
          folderPicker.current = input;
          // React knows no attribute of that name; every browser knows the property.
          if (input) input.webkitdirectory = true;
        }}
        type="file"
        multiple
        hidden
        aria-label="Folder to add"
        onChange={(event) => {
          addFolder(add, [...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <main className="mx-auto w-full max-w-[96rem] flex-1 px-3 py-5 sm:px-6">
        <div className="mb-5 flex flex-wrap items-center gap-4">
          <h1 className="text-xl font-semibold tracking-tight">Library</h1>
          {!empty && <SearchField onSearch={library.search} />}
          {!empty && collections.length > 0 && (
            <CollectionBar
              collections={collections}
              chosen={chosen}
              viewer={viewer}
              onChoose={choose}
              onAdded={(added) => void library.recount().then(() => choose(added.id))}
            />
          )}
        </div>
        {chosen && <CollectionStatus key={chosen.id} collection={chosen} />}
        <ImportDialog open={importing} onClose={() => setImporting(false)} collection={chosen?.name ?? null} />
        <UploadTray uploads={uploads} />
        {empty ? <Samples mayAdd={mayUpload} first /> : <ImageGrid library={library} viewer={viewer} />}
        {!empty && state === "ready" && search === "" && collection === null && count < 4 && (
          <Samples mayAdd={mayUpload} first={false} />
        )}
      </main>
    </DropZone>
  );
}

/** Adds the pictures of a folder, and says how many other files are left where they are. */
function addFolder(add: (files: readonly File[]) => void, files: readonly File[]): void {
  const pictures = picturesAmong(files);
  add(pictures);
  const others = files.length - pictures.length;
  if (others > 0) {
    const text = `${plural(others, "file")} of the folder ${others === 1 ? "does" : "do"} not look like a picture.`;
    notify({ tone: "info", title: `${plural(pictures.length, "picture")} added`, text });
  }
}

function SearchField({ onSearch }: { onSearch: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <search>
      <form
        className="relative w-72 max-w-full"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(text.trim());
        }}
      >
        <Search size={15} className="pointer-events-none absolute top-2 left-2 text-muted" aria-hidden />
        <input
          type="search"
          aria-label="Search the library"
          placeholder="Search by name, Enter"
          className={`${INPUT} pl-7`}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            if (event.target.value === "") onSearch("");
          }}
        />
      </form>
    </search>
  );
}
