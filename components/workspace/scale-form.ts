import type { ImageScale } from "#lib/core/detection/image.ts";

/** The fields of the scale dialog as they are typed. */
export type ScaleForm = { kind: "none" | "microns" | "ground"; microns: string; crs: string; transform: string };

/** A form that says what is known of a picture. */
export function formOf(scale: ImageScale | null): ScaleForm {
  const empty: ScaleForm = { kind: "none", microns: "", crs: "EPSG:4326", transform: "" };
  if (!scale) return empty;
  if ("micronsPerPixel" in scale) return { ...empty, kind: "microns", microns: String(scale.micronsPerPixel) };
  return { ...empty, kind: "ground", crs: scale.crs, transform: scale.transform.join(", ") };
}

/** The scale that a form stands for, or the sentence that says what is wrong with it. */
export function scaleOf(form: ScaleForm): { scale: ImageScale | null } | { error: string } {
  if (form.kind === "none") return { scale: null };
  if (form.kind === "microns") {
    const micronsPerPixel = Number(form.microns.replace(",", "."));
    if (!(micronsPerPixel > 0 && Number.isFinite(micronsPerPixel))) {
      return { error: "Micrometres per pixel are a number above 0, such as 0.25." };
    }
    return { scale: { micronsPerPixel } };
  }
  const numbers = form.transform
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  const [a, b, c, d, e, f, ...more] = numbers;
  const isWhole = [a, b, c, d, e, f].every((value) => value !== undefined && Number.isFinite(value));
  if (!isWhole || more.length > 0) return { error: "The transform is six numbers: a, b, c, d, e, f." };
  if (form.crs.trim() === "") return { error: "Name the coordinate system, such as EPSG:32632." };
  return { scale: { crs: form.crs.trim(), transform: [a ?? 0, b ?? 0, c ?? 0, d ?? 0, e ?? 0, f ?? 0] } };
}
