import { classNames } from "./class-names.ts";

type SkeletonProps = { label: string; blocks: readonly string[]; className: string };

/** What a page will look like while it is read: a block, with its own classes, where each part will stand. `label` is read to screen readers. */
export function Skeleton({ label, blocks, className }: SkeletonProps) {
  return (
    <div role="status" className={className}>
      <span className="sr-only">{label}</span>
      {blocks.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its place
        <div key={at} className={classNames("animate-pulse rounded-lg border border-line bg-panel", block)} />
      ))}
    </div>
  );
}

/** The same block so many times. */
export const rowsOf = (count: number, block: string): string[] => Array.from({ length: count }, () => block);
