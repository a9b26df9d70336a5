import type { LookRole } from "../detection/evidence.ts";
import type { RunConfiguration } from "../detection/run.ts";
import type { EscalationPlan } from "./escalation-settings.ts";

type Routed = { configuration: RunConfiguration; escalation: EscalationPlan | null };

/** Whose turn it is in a run: the stronger model's as soon as its tiles are chosen, which is when all first looks are done. */
export function roleAtWork({ escalation }: Pick<Routed, "escalation">): LookRole {
  return escalation ? "escalation" : "tile";
}

/** The model of a run that looks at tiles now. */
export function modelAtWork(run: Routed): string {
  const { model, escalationModel } = run.configuration;
  return roleAtWork(run) === "escalation" ? (escalationModel ?? model) : model;
}
