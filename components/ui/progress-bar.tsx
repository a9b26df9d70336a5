import { classNames } from "./class-names.ts";

/** How far something is, 0…1; null where that isn't known yet. */
export function ProgressBar({
  name,
  fraction,
  tone = "accent",
}: {
  name: string;
  fraction: number | null;
  tone?: "accent" | "bad";
}) {
  const percent = fraction === null ? null : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent !== null && { "aria-valuenow": percent })}
      className="h-1.5 w-full overflow-hidden rounded-full bg-line"
    >
      <div
        className={classNames(
          "h-full rounded-full transition-[width] duration-200",
          tone === "bad" ? "bg-bad" : "bg-accent",
          percent === null && "w-1/3 animate-pulse",
        )}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
