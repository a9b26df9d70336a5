import { statSync } from "node:fs";
import path from "node:path";

/** The data of a language, as the recogniser reads it: the form that is quick and small, from its package in `packagesDirectory`. */
export function trainedDataPath(language: string, packagesDirectory: string): string {
  const folder = path.join(packagesDirectory, "@tesseract.js-data", language, "4.0.0_best_int");
  return path.join(folder, `${language}.traineddata.gz`);
}

/** Languages, of those named (`deu+eng`), whose data the recogniser would not find: no package, or one without the form that is read. */
export function missingLanguages(languages: string, packagesDirectory: string): string[] {
  return languages
    .split("+")
    .filter((language) => !statSync(trainedDataPath(language, packagesDirectory), { throwIfNoEntry: false })?.isFile());
}
