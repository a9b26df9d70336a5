"use client";

import { useState } from "react";
import { sentence } from "../api/http.ts";
import { setScale } from "../api/images.ts";
import { openSheet } from "../review/actions.ts";
import { AskForm } from "../ui/ask-form.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { useWorkspace, useWorkspaceState } from "./context.tsx";
import { formOf, type ScaleForm, scaleOf } from "./scale-form.ts";

const KINDS: readonly (readonly [ScaleForm["kind"], string])[] = [
  ["none", "Unknown: lengths are in pixels"],
  ["microns", "Micrometres per pixel"],
  ["ground", "A place on the ground"],
];

/** Says how large the picture's pixels are, where its file says nothing or something wrong. */
export function ScaleDialog() {
  const { workspace } = useWorkspace();
  const open = useWorkspaceState((state) => state.sheet === "scale");
  return (
    <Dialog
      open={open}
      onClose={() => openSheet(workspace, null)}
      title="Scale"
      description="Goes before what the file says, for lengths, areas and exports."
    >
      {open && <Form />}
    </Dialog>
  );
}

function Form() {
  const { workspace } = useWorkspace();
  const image = useWorkspaceState((state) => state.image);
  const [form, setForm] = useState(() => formOf(image.scale));
  const [error, setError] = useState<string | null>(null);
  const set = (change: Partial<ScaleForm>): void => setForm((before) => ({ ...before, ...change }));
  const save = async (): Promise<void> => {
    const made = scaleOf(form);
    if ("error" in made) {
      setError(made.error);
      return;
    }
    try {
      const changed = await setScale(image.id, made.scale);
      workspace.state.update((state) => ({ ...state, image: changed, sheet: null }));
    } catch (thrown) {
      setError(sentence(thrown));
    }
  };
  return (
    <AskForm error={error} leave="Cancel" act="Save" onLeave={() => openSheet(workspace, null)} onAct={save}>
      <Field label="Known is">
        <select
          className={INPUT}
          value={form.kind}
          onChange={(event) => set({ kind: KINDS.find(([kind]) => kind === event.target.value)?.[0] ?? "none" })}
        >
          {KINDS.map(([kind, words]) => (
            <option key={kind} value={kind}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      {form.kind === "microns" && (
        <Field label="Micrometres per pixel" hint="0.25 at 40×, 0.5 at 20× on most scanners.">
          <input
            className={INPUT}
            inputMode="decimal"
            value={form.microns}
            onChange={(event) => set({ microns: event.target.value })}
          />
        </Field>
      )}
      {form.kind === "ground" && (
        <>
          <Field label="Coordinate system" hint="By its code, such as EPSG:32632, or as a PROJ string.">
            <input className={INPUT} value={form.crs} onChange={(event) => set({ crs: event.target.value })} />
          </Field>
          <Field
            label="Transform"
            hint="a, b, c, d, e, f of X = a·x + b·y + c and Y = d·x + e·y + f, x and y in pixels."
          >
            <input
              className={INPUT}
              value={form.transform}
              onChange={(event) => set({ transform: event.target.value })}
            />
          </Field>
        </>
      )}
    </AskForm>
  );
}
