/** What the page of an evaluation shows, as its address tells it. `label`: the class that is looked at; null is all of them. */
export type EvaluationView = { truth: string | null; iou: number; label: string | null };

const FIRST_IOU = 0.5;

/** Reads an address's search part; what is not understood is left out. */
export function readEvaluationAddress(parameters: URLSearchParams): EvaluationView {
  const iou = Number(parameters.get("iou") ?? FIRST_IOU);
  return {
    truth: parameters.get("truth"),
    iou: iou > 0 && iou <= 1 ? iou : FIRST_IOU,
    label: parameters.get("class"),
  };
}

/** Writes an address's search part. */
export function writeEvaluationAddress({ truth, iou, label }: EvaluationView): string {
  const parameters = new URLSearchParams();
  if (truth !== null) parameters.set("truth", truth);
  if (iou !== FIRST_IOU) parameters.set("iou", String(iou));
  if (label !== null) parameters.set("class", label);
  const text = parameters.toString().replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}
