import type { ReactNode } from "react";
import { Field, INPUT } from "../ui/field.tsx";

/** A model by its name, `provider:model`; `placeholder` says what an empty field stands for. */
export function ModelNameField({
  label,
  hint,
  placeholder = "none",
  value,
  onChange,
}: {
  label: string;
  hint: ReactNode;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field label={label} hint={hint}>
      <input
        className={INPUT}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
