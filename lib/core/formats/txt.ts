import { plainText } from "../text/page-text.ts";
import { ASPECTS, type FormatContext, type Writer } from "./format.ts";
import { inPieces } from "./pieces.ts";
import { textPages } from "./text-pages.ts";

/** Plain text (UTF-8) in the order of reading: a line each, an empty line between paragraphs, a form feed before each further page. */
export const txt: Writer = {
  mediaType: "text/plain; charset=utf-8",
  extension: ".txt",
  carries: new Set(ASPECTS.filter((aspect) => aspect !== "wordless")),
  write: ({ image }, findings) => inPieces(pages(image, findings)),
};

async function* pages(image: FormatContext["image"], findings: Parameters<Writer["write"]>[1]): AsyncGenerator<string> {
  for await (const { page, text } of textPages(image.pages.length, findings)) {
    const written = plainText(text);
    yield `${page > 0 ? "\f" : ""}${written}${written === "" ? "" : "\n"}`;
  }
}
