import { describe, expect, test } from "vitest";
import type { Manifest } from "./plugin.ts";
import { newestPath, upgradedStreams, upgradePath } from "./upgrade.ts";

type DeclaredType = Manifest["twinTypes"][number];
const type = (id: string, from?: string): DeclaredType => ({
  id,
  title: id,
  properties: {},
  streams: {},
  links: {},
  ...(from !== undefined && { upgradesFrom: { type: from, streams: {} } }),
});

describe("the way from one type to another", () => {
  const types = [
    type("pump.pump@1"),
    type("pump.pump@2", "pump.pump@1"),
    type("pump.pump@3", "pump.pump@2"),
    type("pump.pump@5"),
    type("pump.valve@2", "pump.valve@1"),
    type("pump.loop@3", "pump.loop@3"),
    type("pump.round@3", "pump.round@4"),
    type("pump.round@4", "pump.round@3"),
  ];
  const path = (from: string, to: string) => upgradePath(types, from, to)?.map(({ id }) => id);

  test.each([
    ["pump.pump@1", "pump.pump@3", ["pump.pump@2", "pump.pump@3"]],
    ["pump.pump@2", "pump.pump@3", ["pump.pump@3"]],
    ["pump.pump@3", "pump.pump@3", []],
    // Its own major need not be declared any more.
    ["pump.valve@1", "pump.valve@2", ["pump.valve@2"]],
    ["pump.pump@3", "pump.pump@1", undefined],
    ["pump.pump@1", "pump.pump@5", undefined],
    ["pump.pump@1", "pump.valve@2", undefined],
    ["pump.loop@1", "pump.loop@3", undefined],
    ["pump.round@1", "pump.round@4", undefined],
    ["none", "none@2", undefined],
  ])("%s to %s: %j", (from, to, expected) => expect(path(from, to)).toEqual(expected));

  test.each([
    ["pump.pump@1", ["pump.pump@2", "pump.pump@3"]],
    ["pump.pump@3", []],
    ["pump.valve@1", ["pump.valve@2"]],
    ["pump.round@3", ["pump.round@4"]],
    ["nobody.knows@1", []],
  ])("the newest from %s: %j", (from, expected) =>
    expect(newestPath(types, from).map(({ id }) => id)).toEqual(expected),
  );
});

describe("streams", () => {
  const metres = { title: "Level", unit: "m" };
  const noise = { title: "Noise", unit: "dB" };
  const first = { level: metres, pressure: { title: "Pressure", unit: "kPa" } };
  const second = { id: "x.tank@2", streams: { depth: metres }, renamed: { level: "depth" } };
  const third = { id: "x.tank@3", streams: { depth: metres, level: noise }, renamed: {} };

  test("that are called otherwise keep their points, and a new quantity of an old name gets a place of its own", () => {
    const upgraded = upgradedStreams(first, second);
    expect(upgraded).toEqual({ depth: { ...metres, storedAs: "level" } });
    expect(upgradedStreams(upgraded, third)).toEqual({
      depth: { ...metres, storedAs: "level" },
      level: { ...noise, storedAs: "x.tank@3/level" },
    });
  });

  test("that come back under their first name are stored under it", () => {
    const back = { id: "x.tank@3", streams: { level: metres }, renamed: { depth: "level" } };
    expect(upgradedStreams(upgradedStreams(first, second), back)).toEqual({ level: metres });
  });

  test("two of them may change their names with each other", () => {
    const old = { a: metres, b: metres };
    const swapped = { id: "x.tank@2", streams: old, renamed: { a: "b", b: "a" } };
    expect(upgradedStreams(old, swapped)).toEqual({ a: { ...metres, storedAs: "b" }, b: { ...metres, storedAs: "a" } });
  });

  test.each([
    ["another unit under a new name", { streams: { depth: noise }, renamed: { level: "depth" } }, /kept in m/],
    ["another unit under the same name", { streams: { level: noise }, renamed: {} }, /kept in m/],
    ["two that become one", { streams: { level: metres }, renamed: { pressure: "level" } }, /both become "level"/],
    ["one that is not declared", { streams: {}, renamed: { level: "depth" } }, /does not declare/],
    ["one that was not there", { streams: { depth: metres }, renamed: { height: "depth" } }, /no "height"/],
    ["an inherited member", { streams: { depth: metres }, renamed: { constructor: "depth" } }, /no "constructor"/],
  ])("%s is refused", (_what, more, why) =>
    expect(() => upgradedStreams(first, { id: "x.tank@2", ...more })).toThrow(why),
  );
});
