import type { ReactNode } from "react";
import { Field, INPUT } from "./field.tsx";

/** A choice of a few things that have names. */
export function ChoiceField<T extends string>({
  label,
  hint,
  value,
  choices,
  onChange,
}: {
  label: string;
  hint?: ReactNode;
  value: T;
  choices: readonly { value: T; name: string }[];
  onChange: (value: T) => void;
}) {
  const choose = (chosen: string): void => {
    const found = choices.find((each) => each.value === chosen);
    if (found) onChange(found.value);
  };
  return (
    <Field label={label} hint={hint}>
      <select className={INPUT} value={value} onChange={(event) => choose(event.target.value)}>
        {choices.map((each) => (
          <option key={each.value} value={each.value}>
            {each.name}
          </option>
        ))}
      </select>
    </Field>
  );
}
