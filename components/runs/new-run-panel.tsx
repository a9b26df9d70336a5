"use client";

import { Play } from "lucide-react";
import { useEffect, useState } from "react";
import { EMBEDDED_DETECTOR, PRESETS } from "#lib/core/presets/preset.ts";
import { ApiProblem, sentence } from "../api/http.ts";
import { startRun } from "../api/runs.ts";
import { MergeFields } from "../merging/merge-fields.tsx";
import { openSheet } from "../review/actions.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { formatCount, plural } from "../ui/format.ts";
import { Slider } from "../ui/slider.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { withRun } from "../workspace/workspace-state.ts";
import { ClassFields } from "./class-fields.tsx";
import { ExamplesToLearnFrom } from "./find-more.tsx";
import { hostedModels, providersOf, tryHostedModels } from "./hosted-models.ts";
import { ModelTest } from "./model-test.tsx";
import { countTiles, formOf, presetOf, type RunForm, requestOf, tilingOf, withProposal } from "./new-run-request.ts";
import { OtherModels } from "./other-models.tsx";
import { PresetKeeper } from "./preset-keeper.tsx";
import { ProviderConsent } from "./provider-consent.tsx";
import { RegionChoice } from "./region-choice.tsx";
import { SecondLook } from "./second-look.tsx";
import { SkipFields } from "./skip-fields.tsx";
import { TilingFields } from "./tiling-fields.tsx";
import { usePresets } from "./use-presets.ts";
import { useTilingProposal } from "./use-tiling-proposal.ts";

const LEARNS = "local:exemplar";

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
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const [consent, setConsent] = useState<string[] | null>(null);
  const set = (change: Partial<RunForm>): void => {
    setForm((before) => ({ ...before, ...change }));
    setConsent(null);
  };

  const preset = presetOf(form.preset, presets);
  const model = form.model.trim();
  // Tiles follow the examples, which are known when the run starts.
  const learns = (model || preset.model) === LEARNS;
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

  const start = async (allowProviders: string[] = []): Promise<void> => {
    const made = requestOf(form);
    if ("error" in made) {
      setError(made.error);
      return;
    }
    setBusy(true);
    setError(null);
    const hosted = hostedModels(form, preset);
    try {
      await tryHostedModels(hosted.seeing);
      const run = await startRun(
        image.id,
        { ...made.request, ...(allowProviders.length > 0 && { allowProviders }) },
        key,
      );
      workspace.state.update((state) => ({ ...state, runs: withRun(state.runs, run), sheet: null }));
      sync.showRun(run.id);
    } catch (thrown) {
      const asks = thrown instanceof ApiProblem && thrown.code === "provider-not-allowed" && hosted.all.length > 0;
      setConsent(asks ? providersOf(hosted.all) : null);
      if (!asks) setError(sentence(thrown));
      setBusy(false);
    }
  };

  const tiling = tilingOf(form);
  const tiles = tiling && countTiles(image, tiling);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Field label="Look for" hint={preset.description}>
        <select
          className={INPUT}
          value={form.preset}
          onChange={(event) => setForm({ ...formOf(presetOf(event.target.value, presets)), region: form.region })}
        >
          {presets.map((each) => (
            <option key={each.id} value={each.id}>
              {each.title}
            </option>
          ))}
        </select>
      </Field>
      {learns && <ExamplesToLearnFrom classes={form.classes} />}
      <RegionChoice onChoose={(region) => set({ region })} />
      <TilingFields form={form} proposal={proposal} onChange={set} />
      <div>
        <div className="flex justify-between text-xs">
          <span className="font-medium">Least confidence to keep</span>
          <span className="text-muted tabular-nums">{Math.round(form.minScore * 100)}%</span>
        </div>
        <Slider
          name="Least confidence to keep"
          value={form.minScore}
          min={0}
          max={1}
          step={0.01}
          format={(value) => `${Math.round(value * 100)}%`}
          onChange={(minScore) => set({ minScore, thresholds: {} })}
        />
      </div>
      {(form.multiScale || (form.model.trim() || preset.model) === EMBEDDED_DETECTOR) && (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-0.5 accent-accent"
            checked={form.multiScale}
            onChange={(event) => set({ multiScale: event.target.checked })}
          />
          <span>
            <span className="text-xs font-medium">Look at two scales</span>
            <span className="block text-xs text-muted">
              The quarters of each tile, too: smaller things are found, at five times the work.
            </span>
          </span>
        </label>
      )}
      <SkipFields form={form} set={set} />
      {!learns && (
        <label className="flex items-start gap-2">
          <input
            type="checkbox"
            className="mt-0.5 accent-accent"
            checked={form.wholePicture}
            onChange={(event) => set({ wholePicture: event.target.checked })}
          />
          <span>
            <span className="text-xs font-medium">Look at the whole picture, too</span>
            <span className="block text-xs text-muted">For what is larger than a tile.</span>
          </span>
        </label>
      )}
      <Field label="Classes" hint="Separated by commas; empty means all that the model knows.">
        <input className={INPUT} value={form.classes} onChange={(event) => set({ classes: event.target.value })} />
      </Field>
      <ClassFields form={form} set={set} seen={workspace.table.columns.labelNames} />
      {form.preset === "ask" && (
        <Field label="Question" hint="A hosted vision model follows it; the embedded one looks for the classes alone.">
          <textarea
            className={`${INPUT} h-20 py-1.5`}
            value={form.prompt}
            onChange={(event) => set({ prompt: event.target.value })}
          />
        </Field>
      )}
      <details>
        <summary className="text-xs font-medium">Model and pace</summary>
        <div className="mt-3 flex flex-col gap-4">
          <Field label="Model" hint="provider:model, such as openai-compatible:qwen2.5-vl. Empty: the preset's own.">
            <input
              className={INPUT}
              placeholder={preset.model}
              value={form.model}
              onChange={(event) => set({ model: event.target.value })}
            />
          </Field>
          <ModelTest model={form.model.trim() || preset.model} />
          <SecondLook form={form} set={set} />
          <OtherModels form={form} set={set} />
          <Field label="Tiles at once" hint="Empty: as many as serve the model. Can be changed while it runs.">
            <input
              className={INPUT}
              type="number"
              min={1}
              max={1024}
              value={form.concurrency}
              onChange={(event) => set({ concurrency: event.target.value })}
            />
          </Field>
        </div>
      </details>
      <details>
        <summary className="text-xs font-medium">Merging</summary>
        <div className="mt-3 flex flex-col gap-4">
          <MergeFields settings={form.merge} onChange={(merge) => set({ merge })} />
        </div>
      </details>
      <PresetKeeper
        form={form}
        preset={preset}
        onKept={(kept) => void reload().then(() => setForm(formOf(kept)))}
        onRemoved={() => void reload().then((left) => setForm(formOf(presetOf(form.preset, left))))}
        onError={setError}
      />
      {error && (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
          {error}
        </p>
      )}
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
        {consent ? (
          <ProviderConsent
            providers={consent}
            busy={busy}
            onAllow={() => void start(consent)}
            onRefuse={() => setConsent(null)}
          />
        ) : (
          <Button
            look="primary"
            type="submit"
            className="w-full"
            disabled={busy || tiles === null}
            icon={<Play size={15} aria-hidden />}
          >
            {busy ? "Starting" : "Start analysis"}
          </Button>
        )}
      </div>
    </form>
  );
}
