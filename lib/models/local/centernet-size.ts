/** Side in pixels of the square that the detector sees. */
export const CENTERNET_SIDE = 512;
