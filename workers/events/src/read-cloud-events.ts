// CloudEvents 1.0 as HTTP brings them: one in its JSON format, one in headers and body, or several at once. Each comes out as
// in the JSON format.

import { Buffer } from "node:buffer";
import { fail, succeed, type Outcome } from "@eigentwin/core";

/** Of the attributes, those that every event has. */
export interface ReceivedEvent extends Record<string, unknown> {
  specversion: "1.0";
  id: string;
  source: string;
  type: string;
}

const MOST_EVENTS = 1_000;
const NAME = /^[a-z0-9]{1,40}$/;
const isJsonType = (type: string): boolean => /^(?:application|text)\/(?:[\w.+-]+\+)?json$/.test(type);
const isTextType = (type: string): boolean => /^text\/|^application\/(?:[\w.-]+\+)?xml$/.test(type);
const mediaTypeOf = (header: string): string => header.split(";")[0]?.trim().toLowerCase() ?? "";

export function readCloudEvents(headers: Headers, body: Uint8Array): Outcome<ReceivedEvent[]> {
  const contentType = headers.get("content-type") ?? "";
  const type = mediaTypeOf(contentType);
  if (type === "application/cloudevents-batch+json") return readBatch(body);
  if (type === "application/cloudevents+json") {
    const read = parsed(body);
    return read.ok ? only(eventOf(read.value, "")) : read;
  }
  if (!headers.has("ce-specversion"))
    return fail("request.unsupported-media-type", "this is no CloudEvent", {
      hint: "Send Content-Type application/cloudevents+json or application/cloudevents-batch+json, or the attributes as headers: ce-specversion, ce-id, ce-source, ce-type.",
    });
  return readBinary(headers, contentType, body);
}

function readBatch(body: Uint8Array): Outcome<ReceivedEvent[]> {
  const read = parsed(body);
  if (!read.ok) return read;
  if (!Array.isArray(read.value)) return fail("request.invalid", "a batch is a list of events", { at: "" });
  if (read.value.length > MOST_EVENTS)
    return fail("request.invalid", `a batch has at most ${MOST_EVENTS} events`, { hint: "Send it in parts." });
  const events: ReceivedEvent[] = [];
  for (const [index, one] of read.value.entries()) {
    const event = eventOf(one, `/${index}`);
    if (!event.ok) return event;
    events.push(event.value);
  }
  return succeed(events);
}

function readBinary(headers: Headers, contentType: string, body: Uint8Array): Outcome<ReceivedEvent[]> {
  const event: Record<string, unknown> = {};
  for (const [name, value] of headers) {
    if (!name.startsWith("ce-")) continue;
    const text = unescaped(value);
    if (text === undefined)
      return fail("request.invalid", "this is no percent-encoded UTF-8", { at: `header ${name}` });
    event[name.slice("ce-".length)] = text;
  }
  if (contentType !== "") event["datacontenttype"] = contentType;
  if (body.length > 0) {
    const type = mediaTypeOf(contentType);
    if (isJsonType(type)) {
      const data = parsed(body);
      if (!data.ok) return data;
      event["data"] = data.value;
    } else if (isTextType(type)) {
      const text = textOf(body);
      if (text === undefined) return notText();
      event["data"] = text;
    } else event["data_base64"] = Buffer.from(body).toString("base64");
  }
  return only(eventOf(event, ""));
}

const only = (event: Outcome<ReceivedEvent>): Outcome<ReceivedEvent[]> => (event.ok ? succeed([event.value]) : event);

function eventOf(value: unknown, at: string): Outcome<ReceivedEvent> {
  const invalid = (message: string, name = "") => fail("request.invalid", message, { at: name && `${at}/${name}` });
  if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid("an event is an object");
  const event = value as Record<string, unknown>;
  if (event["specversion"] !== "1.0") return invalid("this platform reads CloudEvents 1.0", "specversion");
  for (const name of ["id", "source", "type"])
    if (typeof event[name] !== "string" || event[name] === "") return invalid(`"${name}" is missing`, name);
  if ("data" in event && "data_base64" in event) return invalid("an event has data once", "data_base64");
  const unknown = Object.keys(event).find((name) => name !== "data_base64" && !NAME.test(name));
  if (unknown !== undefined) return invalid("the name of an attribute has lower-case letters and digits", unknown);
  const wrong = Object.keys(event).find((name) => name !== "data" && typeof event[name] === "object" && event[name]);
  if (wrong !== undefined) return invalid("an attribute is a text, a number or a truth value", wrong);
  return succeed(event as ReceivedEvent);
}

function parsed(body: Uint8Array): Outcome<unknown> {
  const text = textOf(body);
  if (text === undefined) return notText();
  try {
    return succeed(JSON.parse(text) as unknown);
  } catch {
    return fail("request.malformed", "the body is not JSON", { hint: "Send well-formed JSON (RFC 8259)." });
  }
}

const notText = () => fail("request.malformed", "the body is not UTF-8");

function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    return undefined;
  }
}

/** Header values carry what is not printable ASCII percent-encoded; a value in quotes is what is within them. */
function unescaped(value: string): string | undefined {
  const inner = /^"(.*)"$/.exec(value)?.[1]?.replaceAll(/\\(.)/g, "$1") ?? value;
  try {
    return decodeURIComponent(inner);
  } catch {
    return undefined;
  }
}
