import { z } from "zod";
import { type MergeSettings, mergeSettingsSchema } from "#lib/core/detection/run.ts";
import { Field, INPUT } from "../ui/field.tsx";
import { formatScore } from "../ui/format.ts";
import { Slider } from "../ui/slider.tsx";

const METHODS = {
  nms: "NMS: the surest stays",
  "greedy-nmm": "Greedy NMM: join to the surest",
  nmm: "NMM: join in chains",
} as const;
const METRICS = { iou: "of both (IoU)", ios: "of the smaller (IoS)" } as const;
const methodSchema = z.enum(["nms", "greedy-nmm", "nmm"]);
const metricSchema = mergeSettingsSchema.shape.metric;

/** How boxes that overlap become one. */
export function MergeFields(props: { settings: MergeSettings; onChange: (settings: MergeSettings) => void }) {
  const { settings, onChange } = props;
  const change = (part: Partial<MergeSettings>): void => onChange({ ...settings, ...part });
  return (
    <>
      <Field label="Where boxes of one class overlap">
        <select
          className={INPUT}
          value={settings.method}
          onChange={(event) => change({ method: methodSchema.parse(event.target.value) })}
        >
          {methodSchema.options.map((each) => (
            <option key={each} value={each}>
              {METHODS[each]}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Overlap is the part">
        <select
          className={INPUT}
          value={settings.metric}
          onChange={(event) => change({ metric: metricSchema.parse(event.target.value) })}
        >
          {metricSchema.options.map((each) => (
            <option key={each} value={each}>
              {METRICS[each]}
            </option>
          ))}
        </select>
      </Field>
      <div>
        <div className="flex justify-between text-xs">
          <span className="font-medium">Least overlap</span>
          <span className="text-muted tabular-nums">{formatScore(settings.threshold)}</span>
        </div>
        <Slider
          name="Least overlap"
          value={settings.threshold}
          min={0.05}
          max={0.95}
          step={0.01}
          format={formatScore}
          onChange={(threshold) => change({ threshold })}
        />
      </div>
    </>
  );
}
