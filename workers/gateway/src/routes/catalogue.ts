// The catalogue: what can be asked, of what, and where it would run.

import { Hono } from "hono";
import * as v from "valibot";
import { manifests, refusedPlugins } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";

const listOf = (what: string) => v.object({ items: v.pipe(v.array(v.looseObject({})), v.description(what)) });

export const catalogue = new Hono<Gateway>()
  .get(
    "/plugins",
    describe({
      tag: "catalogue",
      access: "any key",
      summary: "List the bound plugins and their readers, and what is bound and left out",
      answer: v.object({
        ...listOf("name, version, title, readers").entries,
        refused: v.pipe(
          v.array(v.object({ binding: v.string(), reason: v.string(), refusedAt: v.string() })),
          v.description("Bindings that are left out, and why"),
        ),
      }),
    }),
    async (c) => {
      const [all, refused] = [await manifests(c.env), await refusedPlugins(c.env)];
      return c.json({
        items: all.map(({ name, version, title, readers, contract }) => ({ name, version, title, contract, readers })),
        refused,
      });
    },
  )
  .get(
    "/capabilities",
    describe({
      tag: "catalogue",
      access: "any key",
      summary: "List what can be asked, with input and result schemas",
      answer: listOf("capabilities"),
    }),
    async (c) => {
      const all = await manifests(c.env);
      return c.json({
        items: all.flatMap(({ name, version, capabilities }) =>
          capabilities.map((one) => ({ ...one, plugin: { name, version } })),
        ),
      });
    },
  )
  .get(
    "/backends",
    describe({
      tag: "catalogue",
      access: "any key",
      summary: "List where programs can run, with limits and prices",
      answer: listOf("backends"),
    }),
    async (c) => {
      const all = await manifests(c.env);
      return c.json({
        items: all.flatMap(({ name, version, backends }) =>
          backends.map((one) => ({ ...one, plugin: { name, version } })),
        ),
      });
    },
  )
  .get(
    "/twin-types",
    describe({
      tag: "catalogue",
      access: "any key",
      summary: "List twin types with their streams and units",
      answer: listOf("twin types"),
    }),
    async (c) => {
      const all = await manifests(c.env);
      return c.json({ items: all.flatMap(({ twinTypes }) => twinTypes) });
    },
  );
