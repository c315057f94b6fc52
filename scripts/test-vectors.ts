// Holds what is sent and what is taken against published vectors that are not part of this repository:
// `npm run test:vectors -- --webhooks FILE --cloudevents FILE`.

import { readFileSync } from "node:fs";
import { isSameJson } from "@eigentwin/core";
import { cloudEvent, gapEvent, ownEvent } from "@eigentwin/events/cloud-event";
import { readCloudEvents } from "@eigentwin/events/read-cloud-events";
import { isSigned, signatureHeaders } from "@eigentwin/events/signature";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { publish, type Figure } from "./report.ts";

const USAGE = `usage: npm run test:vectors -- [options]

  --webhooks FILE     a signing vector of Standard Webhooks as JSON: secret_base64, secret_prefix_optional, id, timestamp,
                      payload, signature
  --cloudevents FILE  events of the CloudEvents conformance kit: its minimum set as YAML, or one event in the JSON format;
                      may be given several times
  --json FILE         the same figures as JSON
  --help`;

interface Row extends Record<string, Figure> {
  vector: string;
  asked: string;
  isKept: boolean;
}

const { values } = readArguments(USAGE, {
  options: {
    webhooks: { type: "string" },
    cloudevents: { type: "string", multiple: true },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
if (!values.webhooks && !values.cloudevents) misused(USAGE, new Error("no vectors are given"));

interface SigningVector {
  secret_base64: string;
  secret_prefix_optional: string;
  id: string;
  timestamp: number;
  payload: string;
  signature: string;
}

async function signing(file: string): Promise<Row[]> {
  const { payload: body, ...vector } = JSON.parse(readFileSync(fromHere(file), "utf8")) as SigningVector;
  const rows: Row[] = [];
  for (const prefix of ["", vector.secret_prefix_optional]) {
    const secret = prefix + vector.secret_base64;
    const message = { id: vector.id, timestamp: vector.timestamp, body };
    const { "webhook-signature": signature } = await signatureHeaders([secret], message);
    const changed = { ...message, body: `${body} ` };
    const row = (asked: string, isKept: boolean) => rows.push({ vector: `${prefix}…`, asked, isKept });
    row("signs as published", signature === vector.signature);
    row("takes the published signature", await isSigned(secret, vector.signature, message));
    row("refuses it for another body", !(await isSigned(secret, vector.signature, changed)));
  }
  return rows;
}

interface Minimum {
  attributes: Record<string, string>;
  data: string;
}

/** The part of YAML that the minimum set is written in: documents of attributes, and data as a block of text. */
function minimumSet(text: string): Minimum[] {
  return text.split(/^---$/m).map((document) => {
    const [head = "", block = ""] = document.split(/^Data: \|$/m);
    const lines = [...head.matchAll(/^ {2}(\w+): (.*)$/gm)];
    const inner = block.split("\n").slice(1);
    const indent = /^ */.exec(inner[0] ?? "")?.[0].length ?? 0;
    return {
      attributes: Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value])),
      data: inner.map((line) => line.slice(indent)).join("\n"),
    };
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);
/** Sent as HTTP's binding says, by means of this script's own, and read by the platform. */
function minimum({ attributes, data }: Minimum): Row[] {
  const { datacontenttype = "", ...others } = attributes;
  const wanted = { ...attributes, data: datacontenttype.includes("json") ? JSON.parse(data) : data };
  const headers = Object.entries(others).map(([name, value]): [string, string] => [`ce-${name}`, encodeURI(value)]);
  const structured = new Headers({ "content-type": "application/cloudevents+json; charset=utf-8" });
  const batched = new Headers({ "content-type": "application/cloudevents-batch+json" });
  const binary = new Headers([...headers, ["content-type", datacontenttype]]);
  const tells = (asked: string, of: ReturnType<typeof readCloudEvents>, events: unknown): Row => ({
    vector: `${others["id"]} ${datacontenttype}`,
    asked,
    isKept: of.ok && isSameJson(of.value, events),
  });
  const json = JSON.stringify(wanted);
  return [
    tells("taken in binary mode", readCloudEvents(binary, bytes(data)), [wanted]),
    tells("taken in structured mode", readCloudEvents(structured, bytes(json)), [wanted]),
    tells("taken in a batch", readCloudEvents(batched, bytes(`[${json},${json}]`)), [wanted, wanted]),
  ];
}

function structuredFile(text: string): Row[] {
  const event = JSON.parse(text) as { id: string };
  const headers = new Headers({ "content-type": "application/cloudevents+json" });
  const read = readCloudEvents(headers, bytes(text));
  return [{ vector: event.id, asked: "taken in structured mode", isKept: read.ok && isSameJson(read.value, [event]) }];
}

/** Every event that the platform makes has what the minimum set has, and is read as it was written. */
function produced(): Row[] {
  const time = "2026-01-01T00:00:00.000Z";
  const fact = {
    sequence: 1,
    type: "twin.created",
    subject: "gauge-1",
    twinType: "kind@1",
    time,
    data: { twin: "🌎" },
  };
  const events = {
    "of a twin": cloudEvent({ source: "/v1/twins/gauge-1", epoch: "0123456789ab" }, fact, 1),
    "of a gap": gapEvent({ epoch: "89abcdef", after: 1, upTo: 2 }),
    "of a webhook": ownEvent({ id: "test_1", source: "/v1/webhooks/w", type: "webhook.test", data: {} }),
  };
  const headers = new Headers({ "content-type": "application/cloudevents+json; charset=utf-8" });
  return Object.entries(events).map(([vector, event]) => {
    const read = readCloudEvents(headers, bytes(JSON.stringify(event)));
    return { vector, asked: "produced in structured mode", isKept: read.ok && isSameJson(read.value, [event]) };
  });
}

const rows = [
  ...(values.webhooks ? await signing(values.webhooks) : []),
  ...(values.cloudevents ?? []).flatMap((file) => {
    const text = readFileSync(fromHere(file), "utf8");
    return /\.ya?ml$/.test(file) ? minimumSet(text).flatMap(minimum) : structuredFile(text);
  }),
  ...produced(),
];
publish(
  {
    title: "Standard Webhooks and CloudEvents",
    columns: [{ key: "vector" }, { key: "asked" }, { key: "isKept", title: "as published" }],
    rows,
    bars: [{ name: "vectors that differ", value: rows.filter(({ isKept }) => !isKept).length, atMost: 0 }],
  },
  { json: values.json },
);
