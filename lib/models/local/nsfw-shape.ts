/** Side in pixels of the square that the moderation classifier sees. */
export const NSFW_SIDE = 224;

/** Its classes in the order of its output. */
export const NSFW_CLASSES = ["Drawing", "Hentai", "Neutral", "Porn", "Sexy"] as const;
