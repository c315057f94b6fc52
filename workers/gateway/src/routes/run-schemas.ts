// Schemas of runs, as requests are checked and answers described.

import * as v from "valibot";
import { BUNDLE_SCHEMA } from "@eigentwin/core";
import { purposeHeader, purposeSchema } from "../purpose.ts";
import { idempotencyKey } from "../validate.ts";
import { twinOrBranchId } from "./twin-schemas.ts";

export const runDraft = v.strictObject({
  capability: v.pipe(v.string(), v.description("With its major, for example aerospace.remaining-life@1")),
  subject: v.strictObject({ kind: v.picklist(["twin", "dataset"]), id: twinOrBranchId }),
  input: v.optional(v.record(v.string(), v.unknown()), {}),
  purpose: v.optional(
    v.pipe(
      purposeSchema,
      v.description("What for: a personal twin must consent to it, now and as long as the run reads"),
    ),
  ),
  backend: v.optional(v.pipe(v.string(), v.description("Left out, the platform chooses and says why"))),
  budget: v.optional(
    v.strictObject({
      money: v.pipe(v.number(), v.finite("money is finite"), v.minValue(0)),
      currency: v.pipe(v.string(), v.length(3)),
    }),
  ),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fffffff)), 1),
  shots: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)), 1000),
});

export const runHeaders = v.object({
  ...idempotencyKey("The same question again under the same key finds the first run and pays once").entries,
  ...purposeHeader,
  prefer: v.optional(v.pipe(v.string(), v.description("`wait=<seconds>` (RFC 7240), at most 60"))),
});

const WAIT = "wait is a number of seconds from 0 to 60";

export const waitQuery = v.strictObject({
  wait: v.optional(
    v.pipe(v.string(), v.transform(Number), v.number(WAIT), v.minValue(0, WAIT), v.maxValue(60, WAIT)),
    "0",
  ),
});

const loose = v.looseObject({});
const stateSchema = v.picklist(["queued", "running", "waiting", "succeeded", "failed", "cancelled"]);

export const runAnswer = v.object({
  id: v.string(),
  capability: v.string(),
  subject: v.looseObject({ kind: v.string(), id: v.string() }),
  purpose: v.optional(v.string()),
  state: stateSchema,
  progress: v.object({ fraction: v.number(), note: v.string() }),
  seed: v.number(),
  attempts: v.number(),
  plugin: v.object({ name: v.string(), version: v.string() }),
  backend: loose,
  executedBy: v.nullable(v.string()),
  spent: loose,
  acceptedAt: v.string(),
  finishedAt: v.nullable(v.string()),
  synthetic: v.boolean(),
  result: v.optional(v.unknown()),
  resultDigest: v.optional(v.string()),
  prediction: v.optional(loose),
  verdict: v.optional(loose),
  evidenceDigest: v.optional(v.string()),
  failure: v.optional(loose),
});

export const runPage = v.object({
  items: v.array(
    v.object({
      id: v.string(),
      capability: v.string(),
      subject: v.string(),
      state: stateSchema,
      verdict: v.nullable(v.string()),
      acceptedAt: v.string(),
      finishedAt: v.nullable(v.string()),
    }),
  ),
  next: v.nullable(v.string()),
});

const publicKey = v.object({
  kty: v.literal("OKP"),
  crv: v.literal("Ed25519"),
  x: v.string(),
  kid: v.pipe(v.string(), v.description("Thumbprint of the key (RFC 7638)")),
  use: v.literal("sig"),
  alg: v.literal("Ed25519"),
});

export const keySetAnswer = v.object({
  keys: v.array(
    v.object({
      ...publicKey.entries,
      madeAt: v.optional(v.string()),
      retiredAt: v.optional(v.pipe(v.string(), v.description("It has signed nothing since; what it signed stands"))),
      adoptedAt: v.optional(
        v.pipe(v.string(), v.description("Another deployment made it, whose evidence is kept here")),
      ),
    }),
  ),
});

export const bundleAnswer = v.object({
  schema: v.literal(BUNDLE_SCHEMA),
  evidence: v.pipe(v.string(), v.description("The exact text that was digested and signed")),
  evidenceDigest: v.string(),
  signature: v.nullable(v.object({ keyId: v.string(), algorithm: v.literal("Ed25519"), value: v.string() })),
  unsigned: v.optional(v.pipe(v.string(), v.description("Why there is no signature"))),
  publicKey: v.nullable(publicKey),
  input: v.unknown(),
  result: v.optional(v.unknown()),
  comparison: v.optional(v.pipe(loose, v.description("The losses that the verdict follows from"))),
  inherited: v.optional(v.pipe(loose, v.description("The bundle of the run whose verdict was inherited"))),
});
