"use client";

import {
  Blend,
  CaretsToAxisDashedVertical,
  Columns2,
  Combine,
  Command,
  Eye,
  EyeOff,
  Grid3x3,
  Keyboard,
  ListChecks,
  Maximize,
  PanelLeft,
  PanelRight,
  Redo2,
  RotateCcw,
  RotateCw,
  Scan,
  SlidersHorizontal,
  Undo2,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { roleAllows } from "#lib/core/access/role.ts";
import { ToolButtons } from "../annotate/tool-buttons.tsx";
import { canInspect, closeInspector, openInspector } from "../merging/inspector.ts";
import { perform } from "../review/actions.ts";
import type { Command as KeyCommand } from "../review/keys.ts";
import { HEAT_MODES } from "../runs/heat.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { isWide } from "../workspace/wide.ts";
import { chosenRun, togglePanel, type WorkspaceState } from "../workspace/workspace-state.ts";
import { Magnifications } from "./magnifications.tsx";

const SIZE = 16;
const GROUP = "flex flex-wrap items-center gap-x-0.5 gap-y-1";

/** The tools over the picture; each says its key. Where the window is narrow, those that change the view have a row of their own. */
export function Toolbar() {
  const { workspace, review, mode } = useWorkspace();
  const { layers, panels, colours, beside, undoable, redoable, reviewing, ready } = useWorkspaceState((state) => ({
    layers: state.layers,
    panels: state.panels,
    colours: state.colours,
    beside: state.beside !== null,
    undoable: state.deeds.done.length > 0,
    redoable: state.deeds.undone.length > 0,
    reviewing: state.reviewing,
    ready: state.image.state === "ready",
  }));
  const inspecting = useStore(workspace.inspector, (value) => value !== null);
  const mayInspect = useWorkspaceState((state) => canInspect(chosenRun(state)));
  const mayDraw = roleAllows(workspace.role, "reviewer");
  const run = (command: KeyCommand) => () => void perform(command, workspace, review);
  const change = (part: (state: WorkspaceState) => Partial<WorkspaceState>) => () =>
    workspace.state.update((state) => ({ ...state, ...part(state) }));
  return (
    <div
      role="toolbar"
      aria-label="Viewer tools"
      className={`${GROUP} min-h-10 shrink-0 border-b border-line bg-panel px-2 py-0.5`}
    >
      <IconButton
        name="Layers panel"
        pressed={panels.left}
        icon={<PanelLeft size={SIZE} />}
        onClick={change((state) => ({ panels: togglePanel(state.panels, "left", isWide()) }))}
      />
      <Divider />
      <ToolButtons />
      {mayDraw && (
        <IconButton
          name="Undo"
          keys="Ctrl+Z"
          disabled={!undoable}
          icon={<Undo2 size={SIZE} />}
          onClick={run({ do: "undo" })}
        />
      )}
      {mayDraw && (
        <IconButton
          name="Do again"
          keys="Ctrl+Shift+Z"
          disabled={!redoable}
          icon={<Redo2 size={SIZE} />}
          onClick={run({ do: "redo" })}
        />
      )}
      <Divider />
      <div className={`${GROUP} max-[1110px]:order-last max-[1110px]:basis-full`}>
        <IconButton name="Zoom in" keys="+" icon={<ZoomIn size={SIZE} />} onClick={run({ do: "zoom-in" })} />
        <IconButton name="Zoom out" keys="-" icon={<ZoomOut size={SIZE} />} onClick={run({ do: "zoom-out" })} />
        <IconButton name="Whole picture" keys="0" icon={<Scan size={SIZE} />} onClick={run({ do: "fit" })} />
        <IconButton
          name="Full resolution"
          keys="Z"
          icon={<span className="text-xs font-semibold">1:1</span>}
          onClick={run({ do: "one-to-one" })}
        />
        <Magnifications />
        <IconButton
          name="Turn left"
          keys="["
          icon={<RotateCcw size={SIZE} />}
          onClick={run({ do: "rotate", degrees: -90 })}
        />
        <IconButton
          name="Turn right"
          keys="]"
          icon={<RotateCw size={SIZE} />}
          onClick={run({ do: "rotate", degrees: 90 })}
        />
        <IconButton
          name="Mirror"
          keys="Shift+F"
          icon={<CaretsToAxisDashedVertical size={SIZE} />}
          onClick={run({ do: "flip" })}
        />
        <IconButton
          name="Full screen"
          icon={<Maximize size={SIZE} />}
          onClick={() => workspace.camera.current?.toggleFullScreen()}
        />
        <Divider />
        <IconButton
          name={layers.hidden ? "Show findings" : "Hide findings"}
          keys="H"
          pressed={layers.hidden}
          icon={layers.hidden ? <EyeOff size={SIZE} /> : <Eye size={SIZE} />}
          onClick={run({ do: "hide" })}
        />
        <IconButton
          name="Tile grid"
          pressed={layers.grid}
          icon={<Grid3x3 size={SIZE} />}
          onClick={change((state) => ({ layers: { ...state.layers, grid: !state.layers.grid } }))}
        />
        <IconButton
          name="Where there is something"
          pressed={layers.mask}
          disabled={!ready}
          icon={<Blend size={SIZE} />}
          onClick={change((state) => ({ layers: { ...state.layers, mask: !state.layers.mask } }))}
        />
        <IconButton
          name="Colours"
          pressed={colours}
          disabled={!ready}
          icon={<SlidersHorizontal size={SIZE} />}
          onClick={() => {
            closeInspector(workspace);
            change((state) => ({ colours: !state.colours }))();
          }}
        />
        <IconButton
          name="Side by side"
          keys="D"
          pressed={beside}
          disabled={!ready}
          icon={<Columns2 size={SIZE} />}
          onClick={run({ do: "beside" })}
        />
        <IconButton
          name="How tiles were merged"
          pressed={inspecting}
          disabled={!mayInspect}
          icon={<Combine size={SIZE} />}
          onClick={() => (inspecting ? closeInspector(workspace) : openInspector(workspace))}
        />
        {layers.grid && (
          <select
            aria-label="What the tiles show"
            value={layers.tiles}
            onChange={(event) => {
              const tiles = HEAT_MODES.find((mode) => mode === event.target.value) ?? "state";
              change((state) => ({ layers: { ...state.layers, tiles } }))();
            }}
            className="h-7 rounded-md border border-line bg-raised px-1 text-xs text-ink"
          >
            <option value="state">Tiles: state</option>
            {HEAT_MODES.map((mode) => (
              <option key={mode} value={mode}>
                Tiles: {mode}
              </option>
            ))}
          </select>
        )}
      </div>
      <div className={`${GROUP} ml-auto`}>
        {mayDraw && (
          <Button
            small
            look={reviewing ? "primary" : "plain"}
            aria-pressed={reviewing}
            aria-keyshortcuts="Shift+R"
            disabled={!ready}
            icon={<ListChecks size={15} aria-hidden />}
            onClick={() => (reviewing ? mode.leave() : mode.enter())}
          >
            Review
          </Button>
        )}
        <IconButton name="Commands" keys="Ctrl+K" icon={<Command size={SIZE} />} onClick={run({ do: "palette" })} />
        <IconButton name="Keys" keys="?" icon={<Keyboard size={SIZE} />} onClick={run({ do: "keys" })} />
        <IconButton
          name="Findings panel"
          pressed={panels.right}
          icon={<PanelRight size={SIZE} />}
          onClick={change((state) => ({ panels: togglePanel(state.panels, "right", isWide()) }))}
        />
      </div>
    </div>
  );
}

function Divider() {
  return <span aria-hidden className="mx-1 h-5 w-px bg-line" />;
}
