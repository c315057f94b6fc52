// CloudEvents as HTTP brings them: the same event comes out of either mode, and what is none is told by its place.

import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCloudEvents } from "./read-cloud-events.ts";

const read = (headers: Record<string, string>, body: string | Uint8Array) =>
  readCloudEvents(new Headers(headers), typeof body === "string" ? new TextEncoder().encode(body) : body);

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const event = fc.record({
  specversion: fc.constant("1.0"),
  id: text,
  source: text,
  type: text,
  subject: text,
  data: fc.jsonValue(),
});

test("an event is the same in structured and in binary mode, and in a batch", () => {
  fc.assert(
    fc.property(event, ({ data, ...attributes }) => {
      const whole = { ...attributes, datacontenttype: "application/json", data: JSON.parse(JSON.stringify(data)) };
      const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]);
      const type = { "content-type": "application/json" };
      expect(read({ ...type, ...Object.fromEntries(headers) }, JSON.stringify(data))).toEqual({
        ok: true,
        value: [whole],
      });
      expect(read({ "content-type": "application/cloudevents+json; charset=utf-8" }, JSON.stringify(whole))).toEqual({
        ok: true,
        value: [whole],
      });
      expect(read({ "content-type": "application/cloudevents-batch+json" }, JSON.stringify([whole, whole]))).toEqual({
        ok: true,
        value: [whole, whole],
      });
    }),
  );
});

test("data that is no JSON is text where its type says so, and base64 otherwise", () => {
  const ce = { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t" };
  const data = (type: string, body: string | Uint8Array) => {
    const outcome = read({ ...ce, "content-type": type }, body);
    return outcome.ok ? outcome.value[0] : outcome.failure;
  };
  expect(data("text/plain; charset=utf-8", "é")).toMatchObject({ data: "é" });
  expect(data("application/xml", "<a/>")).toMatchObject({ data: "<a/>" });
  expect(data("application/octet-stream", new Uint8Array([255, 0]))).toMatchObject({
    data_base64: Buffer.from([255, 0]).toString("base64"),
  });
  expect(data("application/json", "{")).toMatchObject({ code: "request.malformed" });
});

test.each([
  [{}, "/specversion"],
  [{ specversion: "0.3", id: "1", source: "s", type: "t" }, "/specversion"],
  [{ specversion: "1.0", id: "", source: "s", type: "t" }, "/id"],
  [{ specversion: "1.0", id: "1", source: "s", type: "t", data: 1, data_base64: "" }, "/data_base64"],
  [{ specversion: "1.0", id: "1", source: "s", type: "t", Upper: 1 }, "/Upper"],
  [{ specversion: "1.0", id: "1", source: "s", type: "t", extension: {} }, "/extension"],
])("%j is no event", (value, at) => {
  expect(read({ "content-type": "application/cloudevents+json" }, JSON.stringify(value))).toMatchObject({
    failure: { at },
  });
});
