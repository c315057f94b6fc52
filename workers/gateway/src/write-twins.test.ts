import { expect, test } from "vitest";
import { Refusal } from "@eigentwin/core";
import { checkTwins } from "./write-twins.ts";

const named = (...names: string[]) => names.map((name) => ({ name, properties: {}, streams: {} }));
const refusalOf = (names: string[], prefix = "") => {
  try {
    checkTwins(named(...names), prefix, { type: "object" });
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error.failure : error;
  }
};

test("names that can be ids are let through", () => expect(refusalOf(["1", "2"], "engine-")).toBeUndefined());

test.each([[["1", "a b"]], [[""]], [["x".repeat(129)]], [["é"]], [["../1"]]])("%j cannot all be ids", (names) => {
  expect(refusalOf(names)).toMatchObject({ code: "dataset.malformed" });
});

test("two individuals of one name are refused", () => {
  expect(refusalOf(["1", "2", "1"])).toMatchObject({
    code: "dataset.malformed",
    message: expect.stringContaining('"1"'),
  });
});

test("a property that is not finite is refused by its place", () => {
  const twins = [{ name: "1", properties: { a: { "b/c": Infinity } }, streams: {} }];
  expect(() => checkTwins(twins, "", { type: "object" })).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ at: "/properties/a/b~1c" }) }),
  );
});
