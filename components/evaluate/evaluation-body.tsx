"use client";

import { useState } from "react";
import type { EvaluationDetail, EvaluationPage } from "#lib/core/api/evaluation-details.ts";
import { pooledCurves } from "#lib/core/evaluation/score-curves.ts";
import { usePresets } from "../runs/use-presets.ts";
import { CalibrationPlot } from "./calibration-plot.tsx";
import { ClassTable } from "./class-table.tsx";
import { ConfusionMatrix } from "./confusion-matrix.tsx";
import { Mistakes } from "./mistakes.tsx";
import { PrecisionPlot } from "./precision-plot.tsx";
import { ScorePlot } from "./score-plot.tsx";
import { ThresholdPicker } from "./threshold-picker.tsx";

/** Measures, curves, confusion and mistakes of a run beside the truth; of one class, or of all. */
export function EvaluationBody(props: {
  page: EvaluationPage;
  evaluation: EvaluationDetail;
  label: string | null;
  mayChange: boolean;
  onLabel: (label: string | null) => void;
  onMore: (() => void) | null;
}) {
  const { page, evaluation, label, mayChange, onLabel, onMore } = props;
  const { curves } = evaluation;
  const { presets, reload } = usePresets();
  const [thresholds, setThresholds] = useState<Readonly<Record<string, number>>>({});
  const preset = presets.find(({ id }) => id === page.preset) ?? null;
  const own = curves.find((each) => each.label === label);
  const shown = own ?? pooledCurves("All classes", curves);
  const threshold = thresholds[label ?? ""] ?? page.minScore;
  return (
    <>
      <div className="grid items-start gap-3 lg:grid-cols-3">
        <div className="min-w-0 lg:col-span-2">
          <ClassTable evaluation={evaluation} label={label} onChoose={onLabel} />
        </div>
        <PrecisionPlot curves={curves} label={label} iou={evaluation.iou} threshold={threshold} />
      </div>
      <div className="grid gap-3 lg:grid-cols-3">
        <ThresholdPicker
          curves={shown}
          label={own ? label : null}
          least={page.minScore}
          threshold={threshold}
          onChange={(value) => setThresholds((before) => ({ ...before, [label ?? ""]: value }))}
          preset={mayChange ? preset : null}
          onKept={() => void reload()}
        />
        <ScorePlot curves={shown} threshold={threshold} />
        <CalibrationPlot curves={shown} />
      </div>
      {evaluation.confusion.labels.length > 1 && <ConfusionMatrix confusion={evaluation.confusion} />}
      <Mistakes kind="invented" page={page} evaluation={evaluation} onMore={onMore} />
      <Mistakes kind="missed" page={page} evaluation={evaluation} onMore={onMore} />
    </>
  );
}
