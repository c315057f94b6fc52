// Bodies and paths of writes to the state of a twin, as HTTP carries them.

import type { Context } from "hono";
import { namesOf, refuse } from "@eigentwin/core";
import type { Change } from "@eigentwin/twins";
import type { Gateway } from "./context.ts";

const PATCHES = { "application/merge-patch+json": "merge", "application/json-patch+json": "patch" } as const;
export const ACCEPT_PATCH = Object.keys(PATCHES).join(", ");

/** In `/v1/twins/{id}/properties/site/name`, what comes after the id: each segment is a name as in a JSON pointer. */
export const pathIn = (c: Context<Gateway>): string[] =>
  new URL(c.req.url).pathname
    .split("/")
    .slice(4)
    .map((segment) => nameIn(segment));

/** A slash in a name is %2F or ~1. */
function nameIn(segment: string): string {
  let name = "";
  try {
    name = decodeURIComponent(segment);
  } catch {
    refuse("request.invalid", "this is no percent-encoded UTF-8", { at: "param pointer" });
  }
  const [read] = namesOf(`/${name.replaceAll("/", "~1")}`) ?? [];
  return read ?? refuse("request.invalid", "in a name, ~ is written ~0 and / is written ~1", { at: "param pointer" });
}

/** Which kind of patch it is, is said by its media type alone. */
export async function patchIn(c: Context<Gateway>): Promise<Change & { kind: "merge" | "patch" }> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const kind = Object.entries(PATCHES).find(([media]) => media === type)?.[1];
  if (!kind)
    return refuse("request.unsupported-media-type", `a PATCH is one of ${ACCEPT_PATCH}`, {
      hint: "Say by Content-Type which of them you send.",
    });
  const text = await c.req.text();
  try {
    return { kind, patch: JSON.parse(text) as unknown };
  } catch {
    return refuse("request.malformed", "the patch is not JSON", { hint: "Send well-formed JSON (RFC 8259)." });
  }
}
