/** The product's mark: tiles that overlap, one of them found. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <rect x="2" y="2" width="12" height="12" rx="2" className="fill-ink/15" />
      <rect x="10" y="10" width="12" height="12" rx="2" className="fill-ink/15" />
      <rect x="10" y="10" width="4" height="4" className="fill-accent" />
      <path
        d="M14.6 2.75h5.2c.8 0 1.45.65 1.45 1.45v5.2M9.4 21.25H4.2c-.8 0-1.45-.65-1.45-1.45v-5.2"
        className="stroke-ink/45"
        strokeWidth="1.5"
      />
    </svg>
  );
}
