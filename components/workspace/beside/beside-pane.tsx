"use client";

import { Link2, Link2Off, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Image } from "#lib/core/detection/image.ts";
import { listImages } from "../../api/images.ts";
import { runName } from "../../runs/run-name.ts";
import { classNames } from "../../ui/class-names.ts";
import { plural } from "../../ui/format.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ViewerStage } from "../../viewer/viewer-stage.tsx";
import { useWorkspace, useWorkspaceState, WorkspaceProvider } from "../context.tsx";
import type { Beside } from "../workspace-state.ts";
import { useBeside } from "./use-beside.ts";
import { useLink } from "./use-link.ts";

const SELECT = "h-7 min-w-0 rounded-md border border-edge/60 bg-raised px-1.5 text-xs";

/** Another picture or another run beside the one that is worked on, to look at: moved, zoomed and turned with it. */
export function BesidePane({ beside }: { beside: Beside }) {
  const { workspace } = useWorkspace();
  const { parts, error } = useBeside(beside, workspace.page);
  const [linked, setLinked] = useState(true);
  const frame = useRef<HTMLElement>(null);
  useLink(workspace, parts?.workspace ?? null, linked, frame);
  const change = (next: Beside | null): void => workspace.state.update((state) => ({ ...state, beside: next }));
  return (
    <section ref={frame} aria-label="Beside" className="relative flex min-w-0 flex-1 flex-col border-l border-line">
      {/* Over the picture: both are equally high, so that what is alike stands side by side. */}
      <header className="absolute inset-x-2 top-2 z-10 flex items-center gap-1.5 rounded-md border border-line bg-panel p-1 shadow-float">
        <PictureChoice
          imageId={beside.imageId}
          name={parts?.workspace.state.get().image.name ?? ""}
          onChoose={(imageId) => change({ imageId, runId: null })}
        />
        {parts && (
          <WorkspaceProvider parts={parts}>
            <RunChoice onChoose={(runId) => change({ ...beside, runId })} />
          </WorkspaceProvider>
        )}
        <IconButton
          name={linked ? "Move each alone" : "Move both together"}
          pressed={linked}
          icon={linked ? <Link2 size={15} /> : <Link2Off size={15} />}
          onClick={() => setLinked(!linked)}
        />
        <IconButton name="Close the picture beside" icon={<X size={15} />} onClick={() => change(null)} />
      </header>
      {parts ? (
        <WorkspaceProvider key={`${beside.imageId} ${beside.runId}`} parts={parts}>
          <ViewerStage isBeside />
        </WorkspaceProvider>
      ) : (
        <div className="flex flex-1 bg-stage">
          {error ? (
            <p role="alert" className="m-auto">
              {error}
            </p>
          ) : (
            <Skeleton label="Reading the picture beside" className="flex flex-1 p-16" blocks={["flex-1"]} />
          )}
        </div>
      )}
    </section>
  );
}

function PictureChoice(props: { imageId: string; name: string; onChoose: (imageId: string) => void }) {
  const [images, setImages] = useState<readonly Image[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    listImages({ signal: controller.signal }).then(
      ({ items }) => setImages(items.filter((each) => each.state === "ready")),
      () => undefined,
    );
    return () => controller.abort();
  }, []);
  const known = images.some((each) => each.id === props.imageId);
  return (
    <select
      aria-label="Picture beside"
      className={classNames(SELECT, "flex-1")}
      value={props.imageId}
      onChange={(event) => props.onChoose(event.target.value)}
    >
      {!known && <option value={props.imageId}>{props.name}</option>}
      {images.map((each) => (
        <option key={each.id} value={each.id}>
          {each.name}
        </option>
      ))}
    </select>
  );
}

function RunChoice({ onChoose }: { onChoose: (runId: string | null) => void }) {
  const { runs, runId } = useWorkspaceState((state) => ({ runs: state.runs, runId: state.runId }));
  if (runs.length === 0) return null;
  return (
    <select
      aria-label="Run beside"
      className={classNames(SELECT, "flex-[1.6]")}
      value={runId ?? ""}
      onChange={(event) => onChoose(event.target.value || null)}
    >
      {runs.map((run) => (
        <option key={run.id} value={run.id}>
          {runName(run)}, {plural(run.findings, "finding")}
        </option>
      ))}
    </select>
  );
}
