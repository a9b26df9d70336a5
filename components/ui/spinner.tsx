import { LoaderCircle } from "lucide-react";

/** Something is on its way. `label` is read to screen readers. */
export function Spinner({ label, size = 16 }: { label: string; size?: number }) {
  return (
    <span role="status" className="inline-flex items-center">
      <LoaderCircle size={size} className="animate-spin text-muted" aria-hidden />
      <span className="sr-only">{label}</span>
    </span>
  );
}
