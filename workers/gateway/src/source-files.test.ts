import { expect, test } from "vitest";
import { Refusal } from "@eigentwin/core";
import { packedSize, sourceFiles, withinOneMessage } from "./source-files.ts";

const MIB = 1024 * 1024;
const file = (name: string, text: string) => new File([text], name);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof Refusal ? error.failure.code : String(error)),
  );

test("files come in order of name; other fields are none", async () => {
  const read = await sourceFiles([file("b", "2"), "a field", file("a", "1")]);
  expect(read).toEqual([
    { name: "a", text: "1" },
    { name: "b", text: "2" },
  ]);
});

test("a text counts as it travels: one wide character doubles it", async () => {
  expect([packedSize("abc"), packedSize("abé"), packedSize("ab→")]).toEqual([3, 3, 6]);
  const wide = `→${"x".repeat(11 * MIB)}`;
  expect(await codeOf(sourceFiles([file("wide", wide)]))).toBe("request.too-large");
  expect(await codeOf(sourceFiles([file("narrow", wide.slice(1))]))).toBe("none");
});

test("a message that is too large is told as such, and nothing else is", async () => {
  const told = (words: string) => codeOf(withinOneMessage(Promise.reject(new TypeError(words))));
  expect(await told("Serialized RPC arguments or return values are limited to 32MiB")).toBe("request.too-large");
  expect(await told("the reader tripped")).toBe("TypeError: the reader tripped");
});
