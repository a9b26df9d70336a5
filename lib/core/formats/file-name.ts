/** The last part of a path of any system. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** A file's name without folders and extension, by which tools find the picture of a file of labels. */
export function stemOf(path: string): string {
  return baseName(path).replace(/\.[^.]*$/, "");
}
