"use client";

import { useEffect, useState } from "react";
import { PRESETS } from "#lib/core/presets/preset.ts";
import { startRun } from "../api/runs.ts";
import { openSheet } from "../review/actions.ts";
import { Dialog } from "../ui/dialog.tsx";
import { formatCount, plural } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { withRun } from "../workspace/workspace-state.ts";
import { ExamplesToLearnFrom } from "./find-more.tsx";
import { countTiles, formOf, modelOf, presetOf, type RunForm, tilingOf, withProposal } from "./new-run-request.ts";
import { PresetKeeper } from "./preset-keeper.tsx";
import { RegionChoice } from "./region-choice.tsx";
import { LEARNS, PresetField, RunFields } from "./run-fields.tsx";
import { StartButton, StartError } from "./start-button.tsx";
import { TilingFields } from "./tiling-fields.tsx";
import { usePresets } from "./use-presets.ts";
import { useStart } from "./use-start.ts";
import { useTilingProposal } from "./use-tiling-proposal.ts";

/** Sets up a run with its tiles drawn over the picture, and says how many there are before it is started. */
export function NewRunPanel() {
  const { workspace } = useWorkspace();
  const open = useWorkspaceState((state) => state.sheet === "new-run");
  return (
    <Dialog
      open={open}
      onClose={() => openSheet(workspace, null)}
      placement="side"
      title="New analysis"
      description="Tiles are drawn over the picture as you choose."
    >
      {open && <NewRunForm />}
    </Dialog>
  );
}

function NewRunForm() {
  const { workspace, sync } = useWorkspace();
  const image = useWorkspaceState((state) => state.image);
  const page = useWorkspaceState((state) => state.page);
  const [form, setForm] = useState<RunForm>(() => formOf(presetOf("general", PRESETS)));
  const { presets, reload } = usePresets();
  const [key] = useState(() => crypto.randomUUID());
  const set = (change: Partial<RunForm>): void => {
    setForm((before) => ({ ...before, ...change }));
    start.forget();
  };

  const preset = presetOf(form.preset, presets);
  const start = useStart(form, preset, async (request) => {
    const run = await startRun(image.id, request, key);
    workspace.state.update((state) => ({ ...state, runs: withRun(state.runs, run), sheet: null }));
    sync.showRun(run.id);
  });
  const model = form.model.trim();
  // Tiles follow the examples, which are known when the run starts.
  const learns = modelOf(form, preset) === LEARNS;
  const proposed = useTilingProposal(image.id, page, preset.id, model);
  const proposal = learns ? null : proposed;
  useEffect(() => {
    if (proposal)
      setForm((before) => (before.tilingBy === "person" ? before : { ...before, ...withProposal(proposal.tiling) }));
  }, [proposal]);

  const { tile, overlapPercent } = form;
  useEffect(() => {
    const preview = tilingOf({ ...formOf(presetOf("general", PRESETS)), tile, overlapPercent });
    workspace.state.update((state) => ({ ...state, preview }));
    return () => workspace.state.update((state) => ({ ...state, preview: null }));
  }, [workspace, tile, overlapPercent]);

  const tiling = tilingOf(form);
  const tiles = tiling && countTiles(image, tiling);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void start.start();
      }}
    >
      <PresetField
        preset={preset}
        presets={presets}
        onChoose={(id) => set({ ...formOf(presetOf(id, presets)), region: form.region })}
      />
      {learns && <ExamplesToLearnFrom classes={form.classes} />}
      <RegionChoice onChoose={(region) => set({ region })} />
      <TilingFields form={form} proposal={proposal} onChange={set} />
      <RunFields form={form} preset={preset} set={set} seen={workspace.table.columns.labelNames} />
      <PresetKeeper
        form={form}
        preset={preset}
        onKept={(kept) => void reload().then(() => setForm(formOf(kept)))}
        onRemoved={() => void reload().then((left) => setForm(formOf(presetOf(form.preset, left))))}
        onError={start.say}
      />
      <StartError error={start.error} />
      <div className="border-t border-line pt-3">
        <p className="mb-2" aria-live="polite">
          {tiles === null ? (
            <span className="text-bad">This cut makes no sensible number of tiles.</span>
          ) : (
            <>
              <span className="font-semibold">{plural(tiles, "tile")}</span>
              <span className="text-muted">
                {form.wholePicture && tiles > 1 ? " and one look at the whole picture" : ""}: about{" "}
                {formatCount(tiles + (form.wholePicture && tiles > 1 ? 1 : 0))} model calls
              </span>
            </>
          )}
        </p>
        <StartButton start={start} pictures={1} disabled={tiles === null} />
      </div>
    </form>
  );
}
