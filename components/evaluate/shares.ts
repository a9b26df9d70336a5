/** Writes a share, 0…1, with three digits; what is not defined as a dash. */
export const formatShare = (value: number | null): string => (value === null ? "–" : value.toFixed(3));

/** Writes a threshold or a score, 0…1, with two digits. */
export const formatThreshold = (value: number): string => value.toFixed(2);
