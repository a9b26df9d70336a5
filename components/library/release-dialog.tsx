"use client";

import { useState } from "react";
import type { Image } from "#lib/core/detection/image.ts";
import { sentence } from "../api/http.ts";
import { releaseImage } from "../api/images.ts";
import { AskForm } from "../ui/ask-form.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, INPUT } from "../ui/field.tsx";

/** Asks the owner why a blocked picture may go on. */
export function ReleaseDialog({ image, open, onClose }: { image: Image; open: boolean; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const release = async (): Promise<void> => {
    try {
      await releaseImage(image.id, reason.trim());
      onClose();
    } catch (thrown) {
      setError(sentence(thrown));
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Release ${image.name}?`}
      description={image.moderation?.reason ?? "Moderation blocked this picture."}
    >
      <AskForm
        error={error}
        leave="Leave it blocked"
        act="Release"
        onLeave={onClose}
        onAct={release}
        disabled={reason.trim() === ""}
      >
        <Field label="Reason" hint="Kept in the audit log with your name.">
          <input
            className={INPUT}
            required
            maxLength={2000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
      </AskForm>
    </Dialog>
  );
}
