import { Play } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { ProviderConsent } from "./provider-consent.tsx";
import type { Start } from "./use-start.ts";

/** What was wrong, if anything. */
export function StartError({ error }: Pick<Start, "error">) {
  if (error === null) return null;
  return (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      {error}
    </p>
  );
}

/** Submits the form that it is in, or asks first whether pixels may leave this machine. `pictures`: how many would. */
export function StartButton({ start, pictures, disabled }: { start: Start; pictures: number; disabled: boolean }) {
  const { busy, consent } = start;
  if (consent) {
    return (
      <ProviderConsent
        providers={consent}
        pictures={pictures}
        busy={busy}
        onAllow={() => void start.start(consent)}
        onRefuse={start.forget}
      />
    );
  }
  return (
    <Button
      look="primary"
      type="submit"
      className="w-full"
      disabled={busy || disabled}
      icon={<Play size={15} aria-hidden />}
    >
      {busy ? "Starting" : "Start analysis"}
    </Button>
  );
}
