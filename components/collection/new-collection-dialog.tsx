import { useState } from "react";
import type { Collection } from "#lib/core/api/collections.ts";
import { addCollection } from "../api/collections.ts";
import { sentence } from "../api/http.ts";
import { AskForm } from "../ui/ask-form.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, INPUT } from "../ui/field.tsx";

type DialogProps = { open: boolean; onClose: () => void; onAdded: (collection: Collection) => void };

/** Adds a collection by its name. */
export function NewCollectionDialog({ open, onClose, onAdded }: DialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New collection"
      description="A case, a survey, a document set: its pictures are analysed and exported as one."
    >
      {open && <NameForm onClose={onClose} onAdded={onAdded} />}
    </Dialog>
  );
}

function NameForm({ onClose, onAdded }: Omit<DialogProps, "open">) {
  const [name, setName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const add = async (): Promise<void> => {
    try {
      onAdded(await addCollection(name.trim()));
      onClose();
    } catch (thrown) {
      setError(sentence(thrown));
    }
  };
  return (
    <AskForm
      error={error}
      leave="Cancel"
      act="Add collection"
      onLeave={onClose}
      onAct={add}
      disabled={name.trim() === ""}
    >
      <Field label="Name">
        <input
          className={INPUT}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
    </AskForm>
  );
}
