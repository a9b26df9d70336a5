/** Kinds of files told apart by their first bytes. */
export type FileKind =
  | { kind: "jpeg" | "png" | "webp" | "tiff" }
  | { kind: "other"; name: string }
  | { kind: "unknown" };

/** How many first bytes `fileKind` looks at. */
export const HEAD_BYTES = 512;

/** Formats that are pictures, or hold them, and are not read (yet): their first bytes, from `at`. */
const OTHERS: readonly (readonly [name: string, at: number, bytes: string])[] = [
  ["PDF", 0, "%PDF-"],
  ["GIF", 0, "GIF8"],
  ["BMP", 0, "BM"],
  ["JPEG 2000", 0, "\x00\x00\x00\x0cjP"],
  ["JPEG 2000", 0, "\xff\x4f\xff\x51"],
  ["JPEG XL", 0, "\xff\x0a"],
  ["JPEG XL", 0, "\x00\x00\x00\x0cJXL"],
  ["HEIF or AVIF", 4, "ftyp"],
  ["PSD", 0, "8BPS"],
  ["DICOM", 128, "DICM"],
  ["ZIP", 0, "PK\x03\x04"],
  ["HDF5", 0, "\x89HDF"],
  ["Netpbm", 0, "P4\n"],
  ["Netpbm", 0, "P5\n"],
  ["Netpbm", 0, "P6\n"],
  ["SVG", 0, "<svg"],
];

/** Tells what a file is by its first bytes, never by its name. */
export function fileKind(head: Buffer): FileKind {
  const bytes = head.toString("latin1");
  if (bytes.startsWith("\xff\xd8\xff")) return { kind: "jpeg" };
  if (bytes.startsWith("\x89PNG\r\n\x1a\n")) return { kind: "png" };
  if (bytes.startsWith("RIFF") && bytes.startsWith("WEBP", 8)) return { kind: "webp" };
  if (/^(?:II[*+]\0|MM\0[*+])/.test(bytes)) return { kind: "tiff" };
  const other = OTHERS.find(([, at, magic]) => bytes.startsWith(magic, at));
  if (other) return { kind: "other", name: other[0] };
  return /^\s*<\?xml[^>]*>[\s\S]*<svg/.test(bytes) ? { kind: "other", name: "SVG" } : { kind: "unknown" };
}
