import type { ReactNode } from "react";
import { Button } from "./button.tsx";

/** What went wrong, if anything. */
export function FormError({ error }: { error: string | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="text-bad">
      {error}
    </p>
  );
}

type AskFormProps = {
  /** What went wrong the last time. */
  error: string | null;
  /** The words of the button that leaves all as it is, and of the one that acts. */
  leave: string;
  act: string;
  onLeave: () => void;
  onAct: () => Promise<void>;
  /** There is nothing to act on yet. */
  disabled?: boolean;
  children: ReactNode;
};

/** The form of a dialog that asks for a thing or two, and does or leaves one thing. */
export function AskForm({ error, leave, act, onLeave, onAct, disabled = false, children }: AskFormProps) {
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void onAct();
      }}
    >
      {children}
      <FormError error={error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onLeave}>{leave}</Button>
        <Button look="primary" type="submit" disabled={disabled}>
          {act}
        </Button>
      </div>
    </form>
  );
}
