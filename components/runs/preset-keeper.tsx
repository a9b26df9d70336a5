import { Download, Save, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import type { PresetView } from "#lib/core/api/presets.ts";
import { sentence } from "../api/http.ts";
import { addPreset, changePreset, removePreset } from "../api/presets.ts";
import { Button } from "../ui/button.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { presetFrom, type RunForm } from "./new-run-request.ts";

type Props = {
  form: RunForm;
  /** The one that the form came from. */
  preset: PresetView;
  onKept: (preset: PresetView) => void;
  onRemoved: () => void;
  onError: (text: string | null) => void;
};

/** Keeps what the form holds as a preset of its own, or as the next version of the one it came from; takes it away; hands it on. */
export function PresetKeeper({ form, preset, onKept, onRemoved, onError }: Props) {
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);

  const attempt = async (deed: () => Promise<void>): Promise<void> => {
    setBusy(true);
    onError(null);
    try {
      await deed();
    } catch (error) {
      onError(sentence(error));
    }
    setBusy(false);
  };
  const keep = (as: "new" | "change"): void => {
    const body = presetFrom(form, preset, as === "new" ? title : preset.title);
    if ("error" in body) {
      onError(body.error);
      return;
    }
    void attempt(async () => {
      onKept(await (as === "new" ? addPreset(body) : changePreset(preset.id, body)));
      setTitle("");
    });
  };
  const remove = () =>
    attempt(async () => {
      await removePreset(preset.id);
      onRemoved();
    });

  return (
    <details>
      <summary className="text-xs font-medium">Preset</summary>
      <div className="mt-3 flex flex-col gap-3">
        <div className="flex flex-wrap gap-2">
          <Button small disabled={busy} icon={<Save size={13} aria-hidden />} onClick={() => keep("change")}>
            Save to “{preset.title}”
          </Button>
          {preset.changed && (
            <Button
              small
              look="danger"
              disabled={busy}
              icon={preset.builtIn ? <Undo2 size={13} aria-hidden /> : <Trash2 size={13} aria-hidden />}
              onClick={() => void remove()}
            >
              {preset.builtIn ? "Back to the built-in one" : "Remove"}
            </Button>
          )}
          <a
            className="inline-flex h-7 items-center gap-1.5 px-2 text-xs font-medium hover:underline"
            href={`/api/v1/presets/${preset.id}`}
            download={`${preset.id}.json`}
          >
            <Download size={13} aria-hidden />
            JSON
          </a>
        </div>
        <div className="flex items-end gap-2">
          <Field label="Save as a new one" hint={`Version ${preset.version} of “${preset.title}” stays as it is.`}>
            <input
              className={INPUT}
              placeholder="Title"
              maxLength={100}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          </Field>
        </div>
        <Button
          small
          disabled={busy || !title.trim()}
          icon={<Save size={13} aria-hidden />}
          onClick={() => keep("new")}
        >
          Save as “{title.trim() || "…"}”
        </Button>
      </div>
    </details>
  );
}
