import { ModelError } from "#lib/core/errors.ts";
import { COCO_LABELS } from "./coco-labels.ts";

/** Words for several classes at once. What is found is labelled with the word that was asked for. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  vehicle: ["car", "truck", "bus"],
  animal: ["bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"],
  people: ["person"],
};

/**
 * Which COCO class answers to which label of the caller's. Empty `classes`: every class under its own name. A group (`vehicle`)
 * gathers its classes under one label. Plurals and case do not matter. Throws `run-fatal` where a class is unknown to the detector.
 */
export function classQuery(classes: readonly string[]): ReadonlyMap<string, string> {
  if (classes.length === 0) return new Map(COCO_LABELS.map((label) => [label, label]));
  const query = new Map<string, string>();
  const unknown: string[] = [];
  for (const asked of classes) {
    const members = membersOf(asked.trim().toLowerCase());
    if (!members) unknown.push(asked);
    for (const label of members ?? []) {
      // What is asked for by its own name is not swallowed by a group.
      if (!query.has(label) || label === asked) query.set(label, asked);
    }
  }
  if (unknown.length > 0) {
    throw new ModelError(
      "run-fatal",
      `local:centernet does not know ${unknown.map((name) => `"${name}"`).join(", ")}`,
      {
        remedy: `ask for COCO classes such as ${COCO_LABELS.slice(0, 9).join(", ")}, for vehicle or animal, or choose a hosted model`,
      },
    );
  }
  return query;
}

function membersOf(word: string): readonly string[] | undefined {
  for (const form of [word, word.replace(/s$/, ""), word.replace(/es$/, "")]) {
    if (GROUPS[form]) return GROUPS[form];
    if (COCO_LABELS.includes(form)) return [form];
  }
  return undefined;
}
