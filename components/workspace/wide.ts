/** True where both panels leave room for the picture; below that they lie over it and start closed. */
export const isWide = (): boolean => window.matchMedia("(min-width: 1100px)").matches;
