const NAME = "tessera_session";

/** The session secret in a `Cookie` header, or null. */
export function readSessionCookie(header: string | null): string | null {
  for (const part of header?.split(";") ?? []) {
    const [name, value] = part.trim().split("=");
    if (name === NAME && value) return value;
  }
  return null;
}

/** The `Set-Cookie` value that keeps a session; `secure` where the site is reached by HTTPS. */
export function writeSessionCookie(secret: string, options: { maxAgeSeconds: number; secure: boolean }): string {
  const attributes = ["Path=/", "HttpOnly", "SameSite=Lax", `Max-Age=${options.maxAgeSeconds}`];
  if (options.secure) attributes.push("Secure");
  return [`${NAME}=${secret}`, ...attributes].join("; ");
}

/** True where the browser reached us by HTTPS, also through a proxy that ends it. */
export function isHttps(request: Request): boolean {
  const forwarded = request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  return (forwarded ?? new URL(request.url).protocol.replace(":", "")) === "https";
}
