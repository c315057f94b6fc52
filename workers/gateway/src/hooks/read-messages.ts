// What came as messages: each with the id under which it is taken once, and the document that the mapping reads.

import { digestBytes, fail, namesOf, succeed, valueAt, type Outcome } from "@eigentwin/core";
import { readCloudEvents } from "@eigentwin/events/read-cloud-events";
import type { HookRules } from "../routes/hook-schemas.ts";
import type { Received } from "./verify.ts";

export interface Message {
  id: string;
  document: unknown;
  /** Of what came, so that another message under the same id is told apart. */
  digest: string;
}

const LONGEST_ID = 512;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;

export async function messagesIn(rules: HookRules, received: Omit<Received, "nowMs">): Promise<Outcome<Message[]>> {
  if (rules.format === "cloudevents") return eventsIn(received);
  const read = documentIn(received);
  if (!read.ok) return read;
  const digest = await digestBytes(received.body);
  const id = idOf(rules, received.headers, read.value) ?? digest;
  if (typeof id !== "string" || id === "" || id.length > LONGEST_ID)
    return fail("hook.not-mapped", `the id of a message is a text of up to ${LONGEST_ID} characters`, {
      at: rules.messageId && "at" in rules.messageId ? rules.messageId.at : "",
    });
  return succeed([{ id, document: read.value, digest }]);
}

/** Undefined where the digest stands for it. */
function idOf({ verification, messageId }: HookRules, headers: Headers, document: unknown): unknown {
  if (messageId === undefined)
    return verification.by === "standard-webhooks" ? (headers.get("webhook-id") ?? "") : undefined;
  if ("header" in messageId) return headers.get(messageId.header) ?? "";
  const id = valueAt(document, namesOf(messageId.at) ?? []) ?? "";
  return typeof id === "number" ? String(id) : id;
}

function documentIn({ headers, body }: Pick<Received, "headers" | "body">): Outcome<unknown> {
  if (!JSON_TYPE.test(headers.get("content-type") ?? ""))
    return fail("request.unsupported-media-type", "this hook takes JSON", {
      hint: "Send the header `Content-Type: application/json`.",
    });
  try {
    return succeed(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body)) as unknown);
  } catch {
    return fail("request.malformed", "the body is not JSON in UTF-8", { hint: "Send well-formed JSON (RFC 8259)." });
  }
}

/** Source and id name an event. The same one twice in a batch is one; another one under them is told apart by its digest. */
async function eventsIn({ headers, body }: Pick<Received, "headers" | "body">): Promise<Outcome<Message[]>> {
  const read = readCloudEvents(headers, body);
  if (!read.ok) return read;
  const messages = new Map<string, Message>();
  for (const event of read.value) {
    if (event.source.length + event.id.length > LONGEST_ID)
      return fail("request.invalid", `source and id of an event have at most ${LONGEST_ID} characters together`);
    const digest = await digestBytes(new TextEncoder().encode(JSON.stringify(event)));
    messages.set(digest, { id: JSON.stringify([event.source, event.id]), document: event, digest });
  }
  return succeed([...messages.values()]);
}
