import type { MergeSettings } from "#lib/core/detection/run.ts";
import { ChoiceField } from "../ui/choice-field.tsx";
import { PercentField } from "../ui/percent-field.tsx";

const METHODS = [
  { value: "nms", name: "NMS: the surest stays" },
  { value: "greedy-nmm", name: "Greedy NMM: join to the surest" },
  { value: "nmm", name: "NMM: join in chains" },
] as const;
const METRICS = [
  { value: "iou", name: "of both (IoU)" },
  { value: "ios", name: "of the smaller (IoS)" },
] as const;

/** How boxes that overlap become one. */
export function MergeFields(props: { settings: MergeSettings; onChange: (settings: MergeSettings) => void }) {
  const { settings, onChange } = props;
  const change = (part: Partial<MergeSettings>): void => onChange({ ...settings, ...part });
  return (
    <>
      <ChoiceField
        label="Where boxes of one class overlap"
        value={settings.method}
        choices={METHODS}
        onChange={(method) => change({ method })}
      />
      <ChoiceField
        label="Overlap is the part"
        value={settings.metric}
        choices={METRICS}
        onChange={(metric) => change({ metric })}
      />
      <PercentField
        label="Least overlap"
        value={settings.threshold}
        min={0.05}
        max={0.95}
        onChange={(threshold) => change({ threshold })}
      />
    </>
  );
}
