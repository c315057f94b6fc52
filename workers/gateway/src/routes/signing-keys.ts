// The public keys that this deployment's evidence is signed with, for everybody: nobody needs to be known to check.

import { Hono } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import { signerOf } from "@eigentwin/system";
import { declareAccess } from "../access.ts";
import type { Gateway } from "../context.ts";
import { keySetAnswer } from "./run-schemas.ts";

/** A key signs before a checker may know it; a checker that meets an unknown key asks again after this. */
const FRESH_FOR_SECONDS = 60;
const JWK_SET = "application/jwk-set+json";

export const signingKeys = new Hono<Gateway>().get(
  "/eigentwin-keys.json",
  declareAccess(
    describeRoute({
      tags: ["evidence"],
      summary: "Read the public keys that evidence is signed with, as a JWK Set (RFC 7517)",
      security: [],
      responses: { 200: { description: "Success", content: { [JWK_SET]: { schema: resolver(keySetAnswer) } } } },
    }),
    { needs: "public" },
  ),
  async (c) =>
    c.body(JSON.stringify(await signerOf(c.env.SIGNER).publicKeys()), 200, {
      "content-type": JWK_SET,
      "cache-control": `public, max-age=${FRESH_FOR_SECONDS}`,
    }),
);
