import {
  ESCALATION_REASONS,
  type EscalationPlan,
  type EscalationReason,
  type EscalationSettings,
} from "./escalation-settings.ts";

/** A tile after its first look. `scores` are those of its detections. */
export type FirstLook = {
  index: number;
  /** No usable reply came, also when the model was told so. */
  unreadable: boolean;
  scores: readonly number[];
  /** Of the objects that it and a neighbour show whole, the part that was seen in one of them alone, 0…1; null: there are none. */
  disagreement: number | null;
};

type Candidate = { index: number; reason: EscalationReason; weight: number };

/**
 * Which tiles go to the stronger model: those that qualify, worst first, ties by index, `most` of them. The same looks give the same
 * tiles, in whatever order they come.
 *
 * @returns the chosen tiles, worst first, and how many qualified by reason
 */
export function chooseEscalated(
  looks: readonly FirstLook[],
  settings: EscalationSettings,
  most: number,
): { chosen: { index: number; reason: EscalationReason }[]; qualified: EscalationPlan["qualified"] } {
  const candidates = looks.flatMap((look) => candidateOf(look, settings) ?? []);
  const qualified = { unreadable: 0, confidence: 0, density: 0, disagreement: 0 };
  for (const { reason } of candidates) qualified[reason] += 1;
  const chosen = candidates
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .slice(0, Math.max(0, most))
    .map(({ index, reason }) => ({ index, reason }));
  return { chosen, qualified };
}

/** How bad each sign is, 0…1; a tile of which nothing is known is worse than all that could be wrong with another. */
function candidateOf(
  { index, unreadable, scores, disagreement }: FirstLook,
  settings: EscalationSettings,
): Candidate | null {
  if (unreadable) return { index, reason: "unreadable", weight: ESCALATION_REASONS.length };
  const [low, high] = settings.band;
  const uncertain = scores.filter((score) => score >= low && score <= high).length;
  const isUncertain =
    uncertain > 0 && (uncertain >= settings.uncertainCount || uncertain >= settings.uncertainShare * scores.length);
  const disagrees = disagreement !== null && disagreement >= settings.disagreement;
  const signs: [EscalationReason, number][] = [
    ["confidence", isUncertain ? uncertain / scores.length : 0],
    ["density", scores.length > settings.dense ? 1 - settings.dense / scores.length : 0],
    ["disagreement", disagrees ? disagreement : 0],
  ];
  const weight = signs.reduce((sum, [, sign]) => sum + sign, 0);
  const [reason] = signs.reduce((worst, sign) => (sign[1] > worst[1] ? sign : worst));
  return weight > 0 ? { index, reason, weight } : null;
}
