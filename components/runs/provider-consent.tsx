import { Send } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "../ui/button.tsx";

type Consent = {
  providers: readonly string[];
  pictures: number;
  busy: boolean;
  onAllow: () => void;
  onRefuse: () => void;
};

/** Asks once whether the pixels of a picture, or of several, may leave this machine, and for where. */
export function ProviderConsent({ providers, pictures, busy, onAllow, onRefuse }: Consent) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);
  const named = providers.join(" and ");
  const [which, whose, their] = pictures === 1 ? ["this picture", "Its", "its"] : ["these pictures", "Their", "their"];
  return (
    <section
      ref={section}
      tabIndex={-1}
      aria-labelledby="consent"
      className="flex flex-col gap-2 rounded-md border border-line bg-hover px-3 py-2.5 outline-none"
    >
      <h3 id="consent" className="font-semibold">
        Send {which} to {named}?
      </h3>
      <p className="text-muted">
        {whose} tiles leave this machine for {named}. That is allowed for all pictures of {their} collection from then
        on, and kept with {pictures === 1 ? "the run" : "the runs"} and in the audit log.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button small look="primary" disabled={busy} icon={<Send size={13} aria-hidden />} onClick={onAllow}>
          {busy ? "Starting" : "Send and start"}
        </Button>
        <Button small disabled={busy} onClick={onRefuse}>
          Keep it here
        </Button>
      </div>
    </section>
  );
}
