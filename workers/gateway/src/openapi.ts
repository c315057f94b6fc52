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
  components: {
    securitySchemes: {
      key: { type: "http" as const, scheme: "bearer" },
      session: {
        type: "apiKey" as const,
        in: "cookie" as const,
        name: "__Host-eigentwin",
        description: "From POST /v1/session; what changes something also sends the header X-CSRF-Token",
      },
    },
  },
  security: [{ key: [] }, { session: [] }] as Record<string, string[]>[],
};

const METHODS = ["get", "put", "post", "patch", "delete"] as const;

type Document = Awaited<ReturnType<typeof generateSpecs>>;
/** Routes do not change while an isolate lives. */
let made: Document | undefined;

export async function openApi(app: Hono<Gateway>): Promise<Document> {
  made ??= await makeDocument(app);
  return made;
}

async function makeDocument(app: Hono<Gateway>): Promise<Document> {
  const document = await generateSpecs(app, { documentation: DOCUMENTATION });
  for (const path of Object.values(document.paths ?? {}))
    for (const method of METHODS) {
      const { responses, parameters = [] } = path?.[method] ?? {};
      // The library announces a 400 of its own for every validator; here a request that does not fit its schema is a 422 problem.
      if (responses?.["400"]?.description === "Validation Error") delete responses["400"];
      for (const parameter of parameters) if ("in" in parameter) asWritten(parameter);
    }
  return document;
}

/** Validators see header names in lower case and every query value as text; readers know both as the standards write them. */
function asWritten(parameter: { in: string; name: string; schema?: object }): void {
  if (parameter.in === "header")
    parameter.name = parameter.name.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
  const schema: { type?: unknown; default?: unknown } = parameter.schema ?? {};
  if ((schema.type === "integer" || schema.type === "number") && schema.default !== undefined)
    schema.default = Number(schema.default);
}
