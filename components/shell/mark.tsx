/** The product's mark: tiles that overlap, and what is found where they do. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path
        d="M4 2h8.5a2 2 0 0 1 2 2v5.5H11a1.5 1.5 0 0 0-1.5 1.5v3.5H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2Z"
        className="fill-ink"
      />
      <path
        d="M22 11.5V20a2 2 0 0 1-2 2h-8.5a2 2 0 0 1-2-2v-4.5H13a2.5 2.5 0 0 0 2.5-2.5V9.5H20a2 2 0 0 1 2 2Z"
        className="fill-ink/40"
      />
      <rect x="10.5" y="10.5" width="4" height="4" rx="1" className="fill-accent" />
    </svg>
  );
}
