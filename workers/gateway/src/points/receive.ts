// A batch of points as it came: JSON or CSV, whole or packed, and what of it is no point.

import * as v from "valibot";
import { pointer, Refusal, refuse, type Failure } from "@eigentwin/core";
import type { ReceivedPoint } from "@eigentwin/twins";
import { MOST_POINTS, pointSchema } from "../routes/stream-schemas.ts";
import { wordsOf } from "../fault-words.ts";
import { isPlainPoint } from "./plain-point.ts";
import { readCsv, type Candidate } from "./csv.ts";
import { bodyText } from "./unpack.ts";

const JSON_TYPE = /^application\/json *(?:;|$)/i;
const CSV_TYPE = /^text\/csv *(?:;|$)/i;

const batch = v.strictObject({
  points: v.array(v.unknown(), "there is no list of points"),
});

/** Refuses what is no batch, and at the first that is no point unless it is taken in part. */
export async function receivePoints(request: Request, isPartial: boolean): Promise<ReceivedPoint[]> {
  const type = request.headers.get("content-type") ?? "";
  if (!JSON_TYPE.test(type) && !CSV_TYPE.test(type))
    refuse("request.unsupported-media-type", "points come as JSON or CSV", {
      hint: "Send the header `Content-Type: application/json` or `text/csv`.",
    });
  const text = await bodyText(request);
  const candidates = CSV_TYPE.test(type) ? readCsv(text) : readJson(text);
  if (candidates.length === 0) refuse("request.invalid", "a batch has at least one point", { at: "/points" });
  if (candidates.length > MOST_POINTS)
    refuse("request.invalid", `a batch has at most ${MOST_POINTS} points`, {
      at: "/points",
      hint: "Send it in parts.",
    });
  return candidates.map(({ point, at }) => {
    if (isPlainPoint(point)) return point;
    const parsed = v.safeParse(pointSchema, point, { abortEarly: true });
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    const path = (issue.path ?? []).map(({ key }) => String(key));
    const where = at.startsWith("/") ? `${at}${pointer(path)}` : at;
    const refused: Failure = { code: "request.invalid", message: wordsOf(issue), at: where };
    if (!isPartial) throw new Refusal(refused);
    return { refused };
  });
}

function readJson(text: string): Candidate[] {
  const parsed = v.safeParse(batch, parsedJson(text));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return refuse("request.invalid", wordsOf(issue), { at: pointer((issue.path ?? []).map(({ key }) => String(key))) });
  }
  return parsed.output.points.map((point, index) => ({ point, at: `/points/${index}` }));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse("request.malformed", "the body is not JSON");
  }
}
