import Link from "next/link";
import { useState } from "react";
import type { Collection, CollectionRuns } from "#lib/core/api/collections.ts";
import { PRESETS } from "#lib/core/presets/preset.ts";
import { startCollectionRuns } from "../api/collections.ts";
import { formOf, presetOf, type RunForm } from "../runs/new-run-request.ts";
import { PresetField, RunFields } from "../runs/run-fields.tsx";
import { StartButton, StartError } from "../runs/start-button.tsx";
import { usePresets } from "../runs/use-presets.ts";
import { useStart } from "../runs/use-start.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { plural } from "../ui/format.ts";
import { runsOfCollection } from "./runs-of-collection.ts";

type DialogProps = { collection: Collection; open: boolean; onClose: () => void };

/** Starts one configuration over all pictures of a collection, and says of which it could not. */
export function CollectionRunDialog({ collection, open, onClose }: DialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Analyse ${collection.name}`}
      description={`One configuration for ${plural(collection.images, "picture")}.`}
    >
      {open && <RunsForm collection={collection} onClose={onClose} />}
    </Dialog>
  );
}

function RunsForm({ collection, onClose }: Omit<DialogProps, "open">) {
  const [form, setForm] = useState<RunForm>(() => formOf(presetOf("general", PRESETS)));
  const [key] = useState(() => crypto.randomUUID());
  const [result, setResult] = useState<CollectionRuns | null>(null);
  const { presets } = usePresets();
  const preset = presetOf(form.preset, presets);
  const start = useStart(form, preset, async (request) =>
    setResult(await startCollectionRuns(collection.id, request, key)),
  );
  const set = (change: Partial<RunForm>): void => {
    setForm((before) => ({ ...before, ...change }));
    start.forget();
  };
  if (result) return <Outcome result={result} collection={collection} onClose={onClose} />;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void start.start();
      }}
    >
      <PresetField preset={preset} presets={presets} onChoose={(id) => set(formOf(presetOf(id, presets)))} />
      <RunFields form={form} preset={preset} set={set} seen={[]} />
      <p className="text-muted">Each picture is cut into tiles as the preset says, all pages of it.</p>
      <StartError error={start.error} />
      <div className="border-t border-line pt-3">
        <StartButton start={start} pictures={collection.images} disabled={collection.images === 0} />
      </div>
    </form>
  );
}

/** What was started, and of which pictures nothing was, each with its reason. */
function Outcome({ result, collection, onClose }: { result: CollectionRuns } & Omit<DialogProps, "open">) {
  const { started, refused } = result;
  return (
    <div className="flex flex-col gap-4">
      <p role="status">
        <strong className="font-semibold">The analysis of {plural(started.length, "picture")} has started.</strong> Its
        progress stands above the pictures; closing this, or the page, stops nothing.
      </p>
      {refused.length > 0 && (
        <section aria-labelledby="refused">
          <h3 id="refused" className="mb-1 font-semibold text-warn">
            {plural(refused.length, "picture")} could not be started
          </h3>
          <ul className="divide-y divide-line rounded-md border border-line">
            {refused.map(({ imageId, name, reason }) => (
              <li key={imageId} className="px-3 py-2">
                <span className="block truncate font-medium">{name}</span>
                <span className="text-muted">{reason}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="flex items-center justify-end gap-4">
        <Link href={runsOfCollection(collection.id)} className="font-medium text-accent hover:underline">
          All runs of it
        </Link>
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  );
}
