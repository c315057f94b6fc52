import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { composed } from "./composition.ts";

const composition = {
  services: [
    { binding: "PLUGIN_A", service: "eigentwin-a" },
    { binding: "PLUGIN_B", service: "eigentwin-b" },
  ],
  d1_databases: [{ binding: "INDEX", database_name: "index", migrations_dir: "migrations" }],
  r2_buckets: [{ binding: "BODIES", bucket_name: "bodies" }],
};

const own = `name = "w"\n\n[[services]]\nbinding = "TWINS"\nservice = "twins"\n\n[vars]\nX = "1"\n`;

test("the section is appended beside what the Worker binds itself, with paths relative to it", () => {
  expect(parse(composed(own, composition, ["services", "d1_databases"]))).toEqual({
    name: "w",
    services: [{ binding: "TWINS", service: "twins" }, ...composition.services],
    vars: { X: "1" },
    d1_databases: [{ binding: "INDEX", database_name: "index", migrations_dir: "../../migrations" }],
  });
});

test("composing again changes nothing, and a changed list replaces the section where it stands", () => {
  const once = composed(own, composition, ["services"]);
  expect(composed(once, composition, ["services"])).toBe(once);
  const after = `${once}# after\n`;
  const fewer = composed(after, { ...composition, services: composition.services.slice(1) }, ["services"]);
  expect(fewer).not.toContain("PLUGIN_A");
  expect(fewer.endsWith("# end of composition\n# after\n")).toBe(true);
});

test("half a section is refused", () => {
  const half = composed(own, composition, ["services"]).replace("# end of composition", "");
  expect(() => composed(half, composition, ["services"])).toThrow("do not pair up");
});
