// The OpenAPI 3.1 document, made from the routes and the schemas that validate them.

import { generateSpecs } from "hono-openapi";
import type { Hono } from "hono";
import type { Gateway } from "./context.ts";

const DOCUMENTATION = {
  openapi: "3.1.0",
  info: {
    title: "Eigentwin",
    version: "0.1.0",
    description:
      "Digital twins of individuals, answered with quantum programs where they help, with the evidence each time.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  components: { securitySchemes: { key: { type: "http" as const, scheme: "bearer" } } },
  security: [{ key: [] }],
};

const METHODS = ["get", "put", "post", "patch", "delete"] as const;

export async function openApi(app: Hono<Gateway>) {
  const document = await generateSpecs(app, { documentation: DOCUMENTATION });
  // The library announces a 400 of its own for every validator; here a request that does not fit its schema is a 422 problem.
  for (const path of Object.values(document.paths ?? {}))
    for (const method of METHODS) {
      const responses = path?.[method]?.responses;
      if (responses?.["400"]?.description === "Validation Error") delete responses["400"];
    }
  return document;
}
