"use client";

import { useEffect, useRef } from "react";
import { formatShownBands } from "#lib/core/display/shown-bands.ts";
import { draws, picks } from "../annotate/annotate-state.ts";
import { attachDrawing } from "../annotate/attach-drawing.ts";
import { AnnotationOverlay } from "../annotate/overlay.tsx";
import { DrawingChoice } from "../annotate/tool-buttons.tsx";
import { MergePanel } from "../merging/merge-panel.tsx";
import { createStore } from "../state/store.ts";
import { notify } from "../ui/toasts.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import type { View } from "./camera.ts";
import { applyLook } from "./colours/apply-look.ts";
import { ColourPanel } from "./colours/colour-panel.tsx";
import { ToneFilter } from "./colours/tone-filter.tsx";
import { DensityNote } from "./density-note.tsx";
import { stackLayers } from "./layers/layer-stack.ts";
import { mountViewer } from "./mount-viewer.ts";
import { attachPointer } from "./pointer-tools.ts";
import { ReadOut } from "./read-out.tsx";
import { ScaleBar } from "./scale-bar.tsx";
import { readAddress } from "./view-address.ts";
import { followView } from "./view-follow.ts";

const UNMOVED = { view: null, turn: { degrees: 0, flipped: false } };

export type StageSight = { view: View | null; pointer: { x: number; y: number } | null };

/** The picture, deep-zoomable, with everything that is drawn over it. One that stands `beside` another leaves address and keys to that. */
export function ViewerStage({ isBeside = false }: { isBeside?: boolean }) {
  const { workspace, review, sync } = useWorkspace();
  const element = useRef<HTMLDivElement>(null);
  const sight = useRef(createStore<StageSight>({ view: null, pointer: null })).current;
  const drawing = useWorkspaceState((state) => draws(state.tool) || picks(state.tool));
  const colours = useWorkspaceState((state) => state.colours);
  const pointing = useWorkspaceState((state) => state.hoveredId !== null);

  useEffect(() => {
    const host = element.current;
    if (!host) return;
    const life = new AbortController();
    const undo: (() => void)[] = [];
    const { image, look } = workspace.state.get();
    const start = isBeside ? UNMOVED : readAddress(window.location.search);
    const bands = look.shown ? formatShownBands(look.shown) : "";
    mountViewer(host, image, workspace.page, bands, start, life.signal).then(
      (viewer) => {
        if (!viewer) return;
        if (life.signal.aborted) {
          viewer.osd.destroy();
          return;
        }
        workspace.camera.current = viewer.camera;
        undo.push(
          stackLayers(viewer, workspace),
          attachPointer(viewer, workspace, (pointer) => sight.update((value) => ({ ...value, pointer }))),
          applyLook(viewer, workspace),
          attachDrawing(viewer, workspace, review),
          followView(
            viewer,
            workspace,
            {
              view(view) {
                sight.update((value) => ({ ...value, view }));
                workspace.moved.update((times) => times + 1);
              },
              rest: sync.look,
            },
            !isBeside,
          ),
          () => viewer.osd.destroy(),
        );
      },
      () => notify({ tone: "error", title: "The viewer could not start", text: "Reload the page to try again." }),
    );
    return () => {
      life.abort();
      workspace.camera.current = null;
      for (const each of undo) each();
    };
  }, [workspace, review, sync, sight, isBeside]);

  return (
    <div className="relative min-h-0 flex-1 overflow-hidden bg-stage">
      <div
        ref={element}
        data-testid={isBeside ? "viewer-beside" : "viewer"}
        role="application"
        aria-label={isBeside ? "Picture beside" : "Picture"}
        aria-describedby={isBeside ? undefined : "viewer-keys"}
        className={`absolute inset-0 ${drawing ? "[&_.openseadragon-canvas]:cursor-crosshair" : pointing ? "[&_.openseadragon-canvas]:cursor-pointer" : ""}`}
      />
      <ToneFilter />
      {colours && <ColourPanel />}
      <MergePanel />
      <AnnotationOverlay sight={sight} />
      {!isBeside && (
        <p id="viewer-keys" className="sr-only">
          Plus and minus zoom, Alt with the arrows pans, J and K step through the findings, question mark shows all
          keys.
        </p>
      )}
      <div
        className={`pointer-events-none absolute inset-x-0 flex justify-center px-3 ${isBeside ? "top-14" : "top-3"}`}
      >
        <DrawingChoice />
      </div>
      <div className="pointer-events-none absolute bottom-3 left-3 flex items-end gap-2">
        <ScaleBar sight={sight} />
        <ReadOut sight={sight} />
        <DensityNote />
      </div>
    </div>
  );
}
