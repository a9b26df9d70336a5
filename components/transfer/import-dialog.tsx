"use client";

import { FileUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ImportReport } from "#lib/core/api/imports.ts";
import { sentence } from "../api/http.ts";
import { importFindings } from "../api/transfers.ts";
import { openSheet } from "../review/actions.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { plural } from "../ui/format.ts";
import { Spinner } from "../ui/spinner.tsx";
import { notify } from "../ui/toasts.ts";
import { tryTo } from "../ui/try-to.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { type Classes, ClassMap } from "./class-map.tsx";
import { EarlierImports, takeBack } from "./earlier-imports.tsx";
import { ImportPicture } from "./import-picture.tsx";

/** Brings findings in from files: shows beforehand what would come in, and where. */
export function ImportDialog() {
  const { workspace } = useWorkspace();
  const { open, incoming } = useWorkspaceState((state) => ({
    open: state.sheet === "import",
    incoming: state.incoming,
  }));
  return (
    <Dialog
      open={open}
      onClose={() => openSheet(workspace, null)}
      title="Import findings"
      description="GeoJSON, FlatGeobuf, QuPath, COCO, YOLO, Pascal VOC, Web Annotations, CSV: told by the content."
    >
      {open && (incoming.length === 0 ? <FileChoice /> : <ImportForm files={incoming} />)}
    </Dialog>
  );
}

function FileChoice() {
  const { workspace } = useWorkspace();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <div className="flex flex-col items-center gap-3 py-6 text-center">
        <p className="text-muted">Drop files anywhere on this page, or choose them.</p>
        <input
          ref={input}
          type="file"
          multiple
          aria-label="Files of findings"
          className="sr-only"
          onChange={(event) => {
            const incoming = [...(event.target.files ?? [])];
            workspace.state.update((state) => ({ ...state, incoming }));
          }}
        />
        <Button look="primary" icon={<FileUp size={15} aria-hidden />} onClick={() => input.current?.click()}>
          Choose files
        </Button>
      </div>
      <EarlierImports />
    </>
  );
}

/** What became of a file in the dry run. */
type Tried = ImportReport | { name: string; error: string };

function ImportForm({ files }: { files: readonly File[] }) {
  const { workspace, sync } = useWorkspace();
  const image = useWorkspaceState((state) => state.image);
  const [classes, setClasses] = useState<Classes>({});
  const [duplicates, setDuplicates] = useState<"skip" | "add">("skip");
  const [tried, setTried] = useState<readonly Tried[] | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const leave = new AbortController();
    setTried(null);
    const choice = { dryRun: true, classes, duplicates, import: null };
    void (async () => {
      const all: Tried[] = [];
      for (const file of files) {
        all.push(
          await importFindings(image.id, file, choice, leave.signal).catch((error: unknown) => {
            return { name: file.name, error: sentence(error) };
          }),
        );
        if (leave.signal.aborted) return;
      }
      setTried(all);
    })();
    return () => leave.abort();
  }, [files, image.id, classes, duplicates]);

  const bring = async (): Promise<void> => {
    setBusy(true);
    let joined: string | null = null;
    let added = 0;
    await tryTo("The import stopped", async () => {
      for (const file of files.filter((_, index) => !("error" in (tried?.[index] ?? { error: "" })))) {
        const choice = { dryRun: false, classes, duplicates, import: joined };
        const report: ImportReport = await importFindings(image.id, file, choice, new AbortController().signal);
        joined = report.import;
        added += report.added;
      }
      openSheet(workspace, null);
    });
    setBusy(false);
    if (joined === null) return;
    // What came in belongs to no run: it is seen among all findings of the picture.
    sync.showRun(null);
    tellImported(joined, added);
  };

  const reports = (tried ?? []).filter((each): each is ImportReport => !("error" in each));
  const added = reports.reduce((sum, report) => sum + report.added, 0);
  return (
    <div className="flex flex-col gap-4">
      {tried === null ? (
        <Spinner label="Reading the files" />
      ) : (
        <>
          {reports.length > 0 && <ImportPicture boxes={reports.flatMap((report) => report.boxes)} />}
          <ul className="flex flex-col gap-2">
            {tried.map((each) => (
              <li key={each.name}>
                <FileLine tried={each} />
              </li>
            ))}
          </ul>
          <ClassMap reports={reports} classes={classes} onChange={setClasses} />
        </>
      )}
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={duplicates === "skip"}
          onChange={(event) => setDuplicates(event.target.checked ? "skip" : "add")}
        />
        Leave out what the picture has already
      </label>
      <div className="flex justify-end gap-2">
        <Button onClick={() => workspace.state.update((state) => ({ ...state, incoming: [] }))}>Other files</Button>
        <Button look="primary" disabled={busy || added === 0} onClick={() => void bring()}>
          {tried === null ? "Bring in" : `Bring in ${plural(added, "finding")}`}
        </Button>
      </div>
    </div>
  );
}

function tellImported(id: string, added: number): void {
  const undo = (): void => void takeBack(id);
  notify({
    tone: "info",
    title: `${plural(added, "finding")} came in`,
    text: "They are among all findings of the picture.",
    action: { name: "Undo", run: undo },
  });
}

function FileLine({ tried }: { tried: Tried }) {
  if ("error" in tried) {
    return (
      <p role="alert" className="text-bad">
        {tried.name}: {tried.error}
      </p>
    );
  }
  const { name, format, added, duplicates, leftOut, failed, failures } = tried;
  const parts = [
    `${plural(added, "finding")} would come in`,
    ...(duplicates > 0 ? [`${duplicates} there already`] : []),
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
  ];
  return (
    <>
      <p>
        <strong className="font-semibold">{name}</strong> <span className="text-muted">({format})</span>:{" "}
        {parts.join(", ")}
      </p>
      {failed > 0 && (
        <details>
          <summary className="cursor-pointer text-bad">{plural(failed, "entry", "entries")} can't be read</summary>
          <ul className="scroll-quiet max-h-32 overflow-y-auto pl-4 text-muted">
            {failures.map(({ at, reason }) => (
              <li key={`${at} ${reason}`}>
                {at}: {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
