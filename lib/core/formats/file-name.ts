/** The last part of a path of any system. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** A file's name without folders and extension, by which tools find the picture of a file of labels. */
export function stemOf(path: string): string {
  return baseName(path).replace(/\.[^.]*$/, "");
}

/** How the name of a file in a format ends: the format says which of its extension's many it is, unless it is called by that itself. */
export function fileEnding(format: string, extension: string): string {
  return extension === `.${format}` ? extension : `.${format}${extension}`;
}
