"use client";

import { Download, Play, Upload } from "lucide-react";
import { useEffect } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import { CompareSection } from "../compare/compare-section.tsx";
import { PlaceList } from "../compare/place-list.tsx";
import { useComparison } from "../compare/use-comparison.ts";
import { DropZone } from "../library/drop-zone.tsx";
import { openSheet } from "../review/actions.ts";
import { ClassList } from "../review/class-list.tsx";
import { Confidence } from "../review/confidence.tsx";
import { FindingsPanel } from "../review/findings-panel.tsx";
import { ReviewBar } from "../review/mode/review-bar.tsx";
import { Sheets } from "../review/sheets.tsx";
import { useKeys } from "../review/use-keys.ts";
import { NewRunPanel } from "../runs/new-run-panel.tsx";
import { RunList } from "../runs/run-list.tsx";
import { RunStrip } from "../runs/run-strip.tsx";
import { SceneCard } from "../runs/scene-card.tsx";
import { useFirstAnalysis } from "../runs/use-first-analysis.ts";
import { ShareWorkspace } from "../share/share-workspace.tsx";
import { Header, type Viewer } from "../shell/header.tsx";
import { useStore } from "../state/store.ts";
import { ExportDialog } from "../transfer/export-dialog.tsx";
import { ImportDialog } from "../transfer/import-dialog.tsx";
import { Button } from "../ui/button.tsx";
import { Toolbar } from "../viewer/toolbar.tsx";
import { ViewerStage } from "../viewer/viewer-stage.tsx";
import { BesidePane } from "./beside/beside-pane.tsx";
import { useWorkspace, useWorkspaceState } from "./context.tsx";
import { ImageTitle } from "./image-title.tsx";
import { NotReady } from "./not-ready.tsx";
import { PageStrip } from "./page-strip.tsx";
import { ScaleDialog } from "./scale-dialog.tsx";
import { SidePanel } from "./side-panel.tsx";
import { hasRoomForOne, isWide } from "./wide.ts";

/** The workspace of one image: the picture fills it, panels serve it. */
export function WorkspaceView({ viewer }: { viewer: Viewer }) {
  const { workspace } = useWorkspace();
  const { panels, ready, beside } = useWorkspaceState((state) => ({
    beside: state.beside,
    panels: state.panels,
    ready: state.image.state === "ready",
  }));
  const mayReview = roleAllows(viewer.role, "reviewer");
  useKeys();
  useFirstAnalysis();
  useComparison();
  const comparing = useStore(workspace.comparison, ({ others }) => others.length > 0);
  useEffect(() => {
    workspace.state.update((state) => ({ ...state, panels: { left: isWide(), right: hasRoomForOne() } }));
  }, [workspace]);

  return (
    <DropZone
      enabled={ready && mayReview}
      invitation="Drop files of findings to bring them in"
      onFiles={(incoming) => workspace.state.update((state) => ({ ...state, incoming, sheet: "import" }))}
    >
      <div className="flex h-dvh flex-col overflow-hidden bg-canvas">
        <Header
          viewer={viewer}
          title={<ImageTitle />}
          actions={
            <div className="flex items-center gap-2">
              {mayReview && (
                <Button
                  disabled={!ready}
                  icon={<Upload size={15} aria-hidden />}
                  onClick={() => openSheet(workspace, "import")}
                >
                  <span className="max-[767px]:sr-only">Import</span>
                </Button>
              )}
              <Button icon={<Download size={15} aria-hidden />} onClick={() => openSheet(workspace, "export")}>
                <span className="max-[767px]:sr-only">Export</span>
              </Button>
              {roleAllows(viewer.role, "owner") && <ShareWorkspace />}
              {roleAllows(viewer.role, "operator") && (
                <Button
                  look="primary"
                  disabled={!ready}
                  icon={<Play size={15} aria-hidden />}
                  onClick={() => openSheet(workspace, "new-run")}
                >
                  Analyse
                </Button>
              )}
            </div>
          }
        />
        <Toolbar />
        <main className="relative flex min-h-0 flex-1">
          {panels.left && (
            <SidePanel side="left" name="Layers">
              <div className="scroll-quiet min-h-0 flex-1 overflow-y-auto">
                <RunList />
                <CompareSection />
                <Confidence />
                <ClassList />
                <SceneCard />
              </div>
            </SidePanel>
          )}
          <div className="flex min-w-0 flex-1 flex-col">
            {ready ? (
              <div className="flex min-h-0 flex-1 max-md:flex-col">
                <ViewerStage />
                {beside && <BesidePane beside={beside} />}
              </div>
            ) : (
              <NotReady viewer={viewer} />
            )}
            {ready && <PageStrip />}
            <ReviewBar />
            <RunStrip />
          </div>
          {panels.right && (
            <SidePanel side="right" name="Findings panel">
              {comparing ? <PlaceList /> : <FindingsPanel />}
            </SidePanel>
          )}
        </main>
        <NewRunPanel />
        <Sheets />
        <ScaleDialog />
        <ExportDialog />
        <ImportDialog />
      </div>
    </DropZone>
  );
}
