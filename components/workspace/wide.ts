/** True where both panels leave room for the picture; below that one is open at a time. */
export const isWide = (): boolean => window.matchMedia("(min-width: 1100px)").matches;

/** True where one panel leaves room for the picture; below that it lies over it, and starts closed. */
export const hasRoomForOne = (): boolean => window.matchMedia("(min-width: 820px)").matches;
