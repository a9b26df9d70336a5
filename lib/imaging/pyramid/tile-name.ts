/** libvips names tiles `…/level/column_row.suffix`, where level 0 is the smallest. */
export const TILE_NAME = /\/(\d+)\/(\d+)_(\d+)\.[a-z]+$/;
