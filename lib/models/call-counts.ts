import { processWide } from "#lib/process-wide.ts";

export type ModelRole = "tile" | "moderation" | "synthesis";
export type ModelCallCount = { model: string; role: ModelRole; calls: number };

/** Counts a call just before it leaves, so that a call that fails or hangs is counted too. */
export function countCall(model: string, role: ModelRole): void {
  const key = `${role} ${model}`;
  const count = counts().get(key) ?? { model, role, calls: 0 };
  counts().set(key, { ...count, calls: count.calls + 1 });
}

/** Every inference call of this process since it started, repairs included, by model and role. */
export function modelCallCounts(): ModelCallCount[] {
  return [...counts().values()].sort((a, b) => a.role.localeCompare(b.role) || a.model.localeCompare(b.model));
}

function counts(): Map<string, ModelCallCount> {
  return processWide("models.call-counts", () => new Map<string, ModelCallCount>());
}
