import { useState } from "react";
import type { Image } from "#lib/core/detection/image.ts";
import { sentence } from "../api/http.ts";
import { moveImage } from "../api/images.ts";
import { useStore } from "../state/store.ts";
import { AskForm } from "../ui/ask-form.tsx";
import { ChoiceField } from "../ui/choice-field.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { Library } from "./library.ts";

type DialogProps = { image: Image; library: Library; open: boolean; onClose: () => void };

/** Moves a picture to another collection. */
export function MoveDialog({ image, library, open, onClose }: DialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Move ${image.name}`}
      description="Which model providers may see a picture is its collection's to say."
    >
      {open && <MoveForm image={image} library={library} onClose={onClose} />}
    </Dialog>
  );
}

function MoveForm({ image, library, onClose }: Omit<DialogProps, "open">) {
  const collections = useStore(library.store, (value) => value.collections);
  const [to, setTo] = useState(image.collectionId);
  const [error, setError] = useState<string | null>(null);
  const move = async (): Promise<void> => {
    try {
      library.put(await moveImage(image.id, to));
      onClose();
      await library.recount();
    } catch (thrown) {
      setError(sentence(thrown));
    }
  };
  return (
    <AskForm
      error={error}
      leave="Leave it there"
      act="Move"
      onLeave={onClose}
      onAct={move}
      disabled={to === image.collectionId}
    >
      <ChoiceField
        label="Collection"
        value={to}
        choices={collections.map(({ id, name }) => ({ value: id, name }))}
        onChange={setTo}
      />
    </AskForm>
  );
}
