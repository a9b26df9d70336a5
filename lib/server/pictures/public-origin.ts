import { TesseraError } from "#lib/core/errors.ts";

/** `https://host:port` as the caller sees us, also through a proxy that ends HTTPS. Throws `bad-request` for a host that is none. */
export function publicOrigin(headers: Pick<Headers, "get">): string {
  const first = (name: string): string | undefined => headers.get(name)?.split(",")[0]?.trim();
  const host = first("x-forwarded-host") ?? first("host") ?? "";
  const protocol = first("x-forwarded-proto") === "https" ? "https" : "http";
  if (!/^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(host)) {
    throw new TesseraError("bad-request", "the request does not say which host it is for");
  }
  return `${protocol}://${host}`;
}
