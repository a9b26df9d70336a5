"use client";

import { useState } from "react";
import type { PresetView } from "#lib/core/api/presets.ts";
import { leastScoreOf } from "#lib/core/detection/least-score.ts";
import { bestThreshold, measuresAt, type ScoreCurves } from "#lib/core/evaluation/score-curves.ts";
import { changePreset } from "../api/presets.ts";
import { Button } from "../ui/button.tsx";
import { formatCount } from "../ui/format.ts";
import { Slider } from "../ui/slider.tsx";
import { notify } from "../ui/toasts.ts";
import { tryTo } from "../ui/try-to.ts";
import { formatShare, formatThreshold } from "./shares.ts";

/** Chooses a threshold by what it does, and keeps it in the preset: of one class, or of all that have none of their own. */
export function ThresholdPicker(props: {
  curves: ScoreCurves;
  /** The class it is of; null: all. */
  label: string | null;
  /** What the run kept: of lower scores nothing is known. */
  least: number;
  threshold: number;
  onChange: (threshold: number) => void;
  /** The preset that it is kept in, where there is one and it may be changed. */
  preset: PresetView | null;
  onKept: () => void;
}) {
  const { curves, label, least, threshold, onChange, preset, onKept } = props;
  const [saving, setSaving] = useState(false);
  const at = measuresAt(curves, threshold);
  const kept = preset && (label === null ? preset.minScore : leastScoreOf(preset, label));
  const keep = async (): Promise<void> => {
    if (!preset) return;
    setSaving(true);
    const patch =
      label === null ? { minScore: threshold } : { thresholds: { ...preset.thresholds, [label]: threshold } };
    await tryTo("The preset was not changed", async () => {
      await changePreset(preset.id, patch);
      const what = `${preset.title} keeps ${label ?? "findings"} from ${formatThreshold(threshold)} on.`;
      notify({ tone: "info", title: "Kept", text: `${what} Runs that are started from now on use it.` });
      onKept();
    });
    setSaving(false);
  };
  return (
    <section
      aria-labelledby="threshold"
      className="flex min-w-0 flex-col gap-2 rounded-lg border border-line bg-panel px-3 py-2"
    >
      <div className="flex items-baseline justify-between gap-2">
        <h2 id="threshold" className="font-semibold">
          Threshold
        </h2>
        <span className="text-xs text-muted tabular-nums">
          {label ?? "all classes"}, at least {formatThreshold(threshold)}
        </span>
      </div>
      <Slider
        name={`Threshold of ${label ?? "all classes"}`}
        value={threshold}
        min={0}
        max={1}
        step={0.01}
        format={formatThreshold}
        onChange={(value) => onChange(Math.max(least, value))}
      />
      <dl aria-live="polite" className="grid grid-cols-3 gap-x-3 gap-y-1.5 tabular-nums">
        {[
          ["Precision", formatShare(at.precision)],
          ["Recall", formatShare(at.recall)],
          ["F1", formatShare(at.f1)],
          ["Right", formatCount(at.right)],
          ["Wrong", formatCount(at.wrong)],
          ["Missed", formatCount(at.missed)],
        ].map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="text-base font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-xs text-muted">
        The run kept findings from {formatThreshold(least)}; below it nothing is known.
        {kept !== null && ` The preset keeps ${label ?? "findings"} from ${formatThreshold(kept)}.`}
        {label === null && hasOwn(preset) && " Classes with a threshold of their own keep it."}
      </p>
      <div className="mt-auto flex flex-wrap gap-2">
        <Button small onClick={() => onChange(bestThreshold(curves, least))}>
          Best F1
        </Button>
        {preset && (
          <Button small look="primary" disabled={saving || kept === threshold} onClick={() => void keep()}>
            Keep in {preset.title}
          </Button>
        )}
      </div>
    </section>
  );
}

const hasOwn = (preset: PresetView | null): boolean => preset !== null && Object.keys(preset.thresholds).length > 0;
