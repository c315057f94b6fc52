// The body of a batch as text, unpacked as it comes and never past its limit.

import { refuse } from "@eigentwin/core";

const MIB = 1024 * 1024;
export const MOST_UNPACKED = 16 * MIB;

export async function bodyText(request: Request, most = MOST_UNPACKED): Promise<string> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase();
  if (!request.body) return refuse("request.malformed", "there is no body");
  const body =
    encoding === "gzip" ? request.body.pipeThrough(new DecompressionStream("gzip") as TransformStream) : request.body;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let [text, bytes] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      // A body that is over the route's own limit is told as such where that is looked at.
      if (encoding !== "gzip" || (error instanceof Error && error.name === "BodyLimitError")) throw error;
      return refuse("request.malformed", "the body is no whole gzip", { hint: "Send it again, or send it unpacked." });
    });
    bytes += value?.length ?? 0;
    if (bytes > most) {
      await reader.cancel();
      refuse("request.too-large", `a batch has at most ${most / MIB} MiB unpacked`, { hint: "Send it in parts." });
    }
    text += decoded(decoder, value, done);
    if (done) return text;
  }
}

function decoded(decoder: TextDecoder, bytes: Uint8Array | undefined, isLast: boolean): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : isLast ? decoder.decode() : "";
  } catch {
    return refuse("request.malformed", "the body is not UTF-8");
  }
}
