/** How the picture is lit on the screen: nothing of it is made anew. */
export type Tone = {
  /** Added to every value, −1…1. */
  brightness: number;
  /** By how much values are spread around the middle, 1 leaves them. */
  contrast: number;
  /** Above 1 lifts what is dark. */
  gamma: number;
};

export const PLAIN_TONE: Tone = { brightness: 0, contrast: 1, gamma: 1 };

/** The range of each control, and its step. */
export const TONE_RANGES = {
  brightness: { min: -0.5, max: 0.5, step: 0.02 },
  contrast: { min: 0.2, max: 4, step: 0.05 },
  gamma: { min: 0.2, max: 4, step: 0.05 },
} as const;

/** True where the picture is shown as it is. */
export function isPlain({ brightness, contrast, gamma }: Tone): boolean {
  return brightness === 0 && contrast === 1 && gamma === 1;
}

/** Reads `BRIGHTNESS,CONTRAST,GAMMA`; what is none leaves the picture as it is. */
export function parseTone(text: string): Tone {
  const [brightness, contrast, gamma, ...rest] = text.split(",").map(Number);
  if (brightness === undefined || contrast === undefined || gamma === undefined || rest.length > 0) return PLAIN_TONE;
  const tone = { brightness, contrast, gamma };
  const fits = (name: keyof Tone): boolean =>
    tone[name] >= TONE_RANGES[name].min && tone[name] <= TONE_RANGES[name].max;
  return fits("brightness") && fits("contrast") && fits("gamma") ? tone : PLAIN_TONE;
}

/** Writes what `parseTone` reads, to hundredths. */
export function formatTone({ brightness, contrast, gamma }: Tone): string {
  return [brightness, contrast, gamma].map((value) => String(Number(value.toFixed(2)))).join(",");
}
