import type { EvaluationPage } from "#lib/core/api/evaluation-details.ts";
import { Field, INPUT } from "../ui/field.tsx";
import { formatCount } from "../ui/format.ts";
import type { EvaluationView } from "./evaluation-address.ts";

const IOUS = [0.1, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95];

/** What is taken for the truth, from which overlap on a finding is right, and which class is looked at. */
export function EvaluationControls(props: {
  page: EvaluationPage;
  view: EvaluationView;
  onChange: (change: Partial<EvaluationView>) => void;
}) {
  const { page, view, onChange } = props;
  const labels = page.evaluation?.classes.map(({ label }) => label) ?? [];
  const ious = [...new Set([...IOUS, view.iou])].sort((a, b) => a - b);
  return (
    <div className="flex flex-wrap gap-3">
      <Field label="Truth">
        <select
          className={`${INPUT} max-w-80`}
          value={page.truth ?? ""}
          onChange={(event) => onChange({ truth: event.target.value, label: null })}
        >
          {page.truths.map(({ id, name, findings }) => (
            <option key={id} value={id}>
              {name} ({formatCount(findings)})
            </option>
          ))}
        </select>
      </Field>
      <Field label="Right from an overlap (IoU) of">
        <select
          className={`${INPUT} tabular-nums`}
          value={view.iou}
          onChange={(event) => onChange({ iou: Number(event.target.value) })}
        >
          {ious.map((iou) => (
            <option key={iou} value={iou}>
              {iou}
            </option>
          ))}
        </select>
      </Field>
      {labels.length > 1 && (
        <Field label="Class">
          <select
            className={`${INPUT} max-w-60`}
            value={view.label ?? ""}
            onChange={(event) => onChange({ label: event.target.value === "" ? null : event.target.value })}
          >
            <option value="">All classes</option>
            {labels.map((label) => (
              <option key={label} value={label}>
                {label}
              </option>
            ))}
          </select>
        </Field>
      )}
    </div>
  );
}
