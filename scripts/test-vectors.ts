// Holds what is sent against published vectors that are not part of this repository: `npm run test:vectors -- --webhooks FILE`.

import { readFileSync } from "node:fs";
import { signatureHeaders } from "@eigentwin/events/signature";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { publish } from "./report.ts";

const USAGE = `usage: npm run test:vectors -- --webhooks FILE [options]

  --webhooks FILE  a signing vector of Standard Webhooks as JSON: secret_base64, secret_prefix_optional, id, timestamp,
                   payload, signature
  --json FILE      the same figures as JSON
  --help`;

interface Vector {
  secret_base64: string;
  secret_prefix_optional: string;
  id: string;
  timestamp: number;
  payload: string;
  signature: string;
}

const { values } = readArguments(USAGE, {
  options: { webhooks: { type: "string" }, json: { type: "string" }, help: { type: "boolean" } },
});
const file = values.webhooks ?? misused(USAGE, new Error("--webhooks is missing"));
const vector = JSON.parse(readFileSync(fromHere(file), "utf8")) as Vector;
const rows = await Promise.all(
  ["", vector.secret_prefix_optional].map(async (prefix) => {
    const message = { id: vector.id, timestamp: vector.timestamp, body: vector.payload };
    const headers = await signatureHeaders([prefix + vector.secret_base64], message);
    const signature = headers["webhook-signature"] ?? "";
    return { vector: vector.id, prefix, signature, isEqual: signature === vector.signature };
  }),
);
publish(
  {
    title: "Standard Webhooks",
    columns: [{ key: "vector" }, { key: "prefix" }, { key: "signature" }, { key: "isEqual", title: "as published" }],
    rows,
    bars: [{ name: "signatures that differ", value: rows.filter(({ isEqual }) => !isEqual).length, atMost: 0 }],
  },
  { json: values.json },
);
