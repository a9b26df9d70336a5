/** Endings of what a folder may hold for the library; a file chosen by itself is sent whatever its name. */
const PICTURE = /\.(jpe?g|png|webp|avif|gif|bmp|tiff?|svs|ndpi|scn|btf|tf[28]|jp2|jpx|pdf)$/i;

/** Of a folder's files, those that look like pictures: folders hold notes and hidden files besides. */
export function picturesAmong(files: readonly File[]): File[] {
  return files.filter(
    (file) => !file.name.startsWith(".") && (PICTURE.test(file.name) || file.type.startsWith("image/")),
  );
}
