import { useEffect, useState } from "react";
import type { ModelTrialAnswer } from "#lib/core/api/models.ts";
import { sentence } from "../api/http.ts";
import { testModel } from "../api/models.ts";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";

type Outcome = { good: boolean; text: string };

/** Has the model look at one small picture, before a run is started with it, and says what came of it. */
export function ModelTest({ model }: { model: string }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said is of the model before
  useEffect(() => setOutcome(null), [model]);
  const test = async (): Promise<void> => {
    setBusy(true);
    setOutcome(
      await testModel(model).then(
        (trial) => ({ good: trial.good, text: withCost(trial) }),
        (error) => ({ good: false, text: sentence(error) }),
      ),
    );
    setBusy(false);
  };
  return (
    <div className="flex items-start gap-2">
      <Button small disabled={busy} onClick={() => void test()}>
        {busy ? "Asking…" : "Test this model"}
      </Button>
      <p aria-live="polite" className={classNames("min-w-0 text-xs", outcome?.good ? "text-good" : "text-bad")}>
        {outcome?.text}
      </p>
    </div>
  );
}

function withCost({ text, inputTokens, outputTokens, cost }: ModelTrialAnswer): string {
  const tokens = inputTokens + outputTokens;
  if (tokens === 0) return text;
  return `${text}; ${tokens.toLocaleString("en")} tokens${cost === null ? "" : `, $${cost.toFixed(4)}`}`;
}
