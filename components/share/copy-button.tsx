"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../ui/icon-button.tsx";
import { notify } from "../ui/toasts.ts";

const SHOWN_MS = 2000;

/** Copies a text to the clipboard, and shows that it did. `what` names it. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
    } catch {
      notify({ tone: "warning", title: "The browser does not let this page copy", text: "Copy it by hand." });
    }
  };
  return (
    <>
      <IconButton
        name={`Copy ${what}`}
        icon={copied ? <Check size={15} className="text-good" aria-hidden /> : <Copy size={15} aria-hidden />}
        onClick={() => void copy()}
      />
      <span className="sr-only" aria-live="polite">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}
