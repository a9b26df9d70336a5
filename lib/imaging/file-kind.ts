/** Kinds of files told apart by their first bytes. */
export type FileKind =
  | { kind: "jpeg" | "png" | "webp" | "gif" | "avif" | "bmp" | "jpeg2000" | "pdf" | "tiff" }
  | { kind: "other"; name: string; remedy: string }
  | { kind: "unknown" };

/** How many first bytes `fileKind` looks at: a PDF may begin with up to a kilobyte of something else. */
export const HEAD_BYTES = 1024 + 8;

const READ: readonly (readonly [kind: Exclude<FileKind["kind"], "other" | "unknown">, at: number, bytes: string])[] = [
  ["jpeg", 0, "\xff\xd8\xff"],
  ["png", 0, "\x89PNG\r\n\x1a\n"],
  ["gif", 0, "GIF87a"],
  ["gif", 0, "GIF89a"],
  ["bmp", 0, "BM"],
  ["jpeg2000", 0, "\x00\x00\x00\x0cjP  \r\n\x87\n"],
  ["jpeg2000", 0, "\xff\x4f\xff\x51"],
  ["pdf", 0, "%PDF-"],
];

const AS_TIFF = "save it as TIFF, PNG or JPEG";
/** Formats that are pictures, or hold them, and are not read: their first bytes, from `at`, and what would help. */
const OTHERS: readonly (readonly [name: string, at: number, bytes: string, remedy: string])[] = [
  ["JPEG XL", 0, "\xff\x0a", AS_TIFF],
  ["JPEG XL", 0, "\x00\x00\x00\x0cJXL", AS_TIFF],
  ["HEIF", 4, "ftyp", "save it as JPEG, which phones can do when they share it"],
  ["PSD", 0, "8BPS", AS_TIFF],
  ["DICOM", 128, "DICM", "export it as TIFF from the viewer or archive that it comes from"],
  ["ZIP", 0, "PK\x03\x04", "unpack it and send the pictures in it"],
  ["HDF5", 0, "\x89HDF", "export its pictures as TIFF"],
  ["Netpbm", 0, "P4\n", AS_TIFF],
  ["Netpbm", 0, "P5\n", AS_TIFF],
  ["Netpbm", 0, "P6\n", AS_TIFF],
  ["SVG", 0, "<svg", "draw it as PNG at the size that is wanted"],
];

/** Tells what a file is by its first bytes, never by its name. */
export function fileKind(head: Buffer): FileKind {
  const bytes = head.toString("latin1");
  const read = READ.find(([, at, magic]) => bytes.startsWith(magic, at));
  if (read) return { kind: read[0] };
  if (bytes.startsWith("RIFF") && bytes.startsWith("WEBP", 8)) return { kind: "webp" };
  if (/^(?:II[*+]\0|MM\0[*+])/.test(bytes)) return { kind: "tiff" };
  if (isAvif(head)) return { kind: "avif" };
  const other = OTHERS.find(([, at, magic]) => bytes.startsWith(magic, at));
  if (other) return { kind: "other", name: other[0], remedy: other[3] };
  if (/^\s*<\?xml[^>]*>[\s\S]*<svg/.test(bytes)) {
    return { kind: "other", name: "SVG", remedy: "draw it as PNG at the size that is wanted" };
  }
  return bytes.includes("%PDF-") ? { kind: "pdf" } : { kind: "unknown" };
}

/** AVIF names itself as the brand of its file, or among those that it is compatible with. */
function isAvif(head: Buffer): boolean {
  if (head.length < 16 || head.toString("latin1", 4, 8) !== "ftyp") return false;
  const brands = head.toString("latin1", 8, Math.min(head.readUInt32BE(0), head.length));
  return /^(?:.{4})*avi[fs]/s.test(brands);
}
