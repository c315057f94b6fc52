// JSON Patch (RFC 6902): operations one after another, all of them or none.

import { refuse } from "../failure.ts";
import { checkJson } from "../json-schema.ts";
import { isSameJson } from "./diff.ts";
import { isJsonObject, namesOf, valueAt, without, withAdded, withReplaced, type JsonObject } from "./pointer.ts";

/** Copies of copies double, so all that a patch copies has a limit, in characters of JSON. */
const MOST_COPIED = 1_000_000;

/** The patched value; `patch.invalid` or `patch.test-failed` with the operation by its index. */
export function applyPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) return refuse("patch.invalid", "a JSON Patch is an array of operations");
  let copied = 0;
  return patch.reduce((value: unknown, operation: unknown, index) => {
    const step = readOperation(operation, `/${index}`);
    if (step.op === "copy") {
      const source = step.sourceIn(value);
      checkJson(source, step.at);
      copied += JSON.stringify(source).length;
      if (copied > MOST_COPIED)
        refuse("request.too-large", `a patch copies at most ${MOST_COPIED} characters of JSON`, { at: step.at });
    }
    const changed = step.applyTo(value);
    // Null is a value.
    return changed === undefined
      ? refuse("patch.invalid", `nothing can be changed at "${step.path}"`, { at: step.at })
      : changed;
  }, document);
}

interface Step {
  op: string;
  path: string;
  at: string;
  sourceIn(value: unknown): unknown;
  /** Undefined where the place is not there. */
  applyTo(value: unknown): unknown;
}

function readOperation(operation: unknown, at: string): Step {
  if (!isJsonObject(operation)) return refuse("patch.invalid", "an operation is an object", { at });
  const { op } = operation;
  const [path, names] = placeIn(operation, "path", at);
  const value = () =>
    Object.hasOwn(operation, "value")
      ? operation["value"]
      : refuse("patch.invalid", `"${String(op)}" needs a member "value"`, { at });
  const from = () => placeIn(operation, "from", at);
  const sourceIn = (document: unknown) => {
    const [text, place] = from();
    const source = valueAt(document, place);
    return source === undefined
      ? refuse("patch.invalid", `there is nothing at "${text}"`, { at: `${at}/from` })
      : source;
  };
  const step = (applyTo: Step["applyTo"]): Step => ({ op: String(op), path, at, sourceIn, applyTo });

  switch (op) {
    case "add":
      return step((document) => withAdded(document, names, value()));
    case "remove":
      return step((document) => without(document, names));
    case "replace":
      return step((document) => withReplaced(document, names, value()));
    case "copy":
      return step((document) => withAdded(document, names, sourceIn(document)));
    case "move":
      return step((document) => moved(document, from()[1], names, sourceIn(document), at));
    case "test":
      return step((document) => tested(document, path, names, value(), at));
    default:
      return refuse("patch.invalid", "an operation is add, remove, replace, move, copy or test", { at: `${at}/op` });
  }
}

function placeIn(operation: JsonObject, member: "path" | "from", at: string): [string, string[]] {
  const text = Object.hasOwn(operation, member) ? operation[member] : undefined;
  const names = typeof text === "string" ? namesOf(text) : undefined;
  return names && typeof text === "string"
    ? [text, names]
    : refuse("patch.invalid", `"${member}" is a JSON pointer`, { at: `${at}/${member}` });
}

function moved(document: unknown, from: readonly string[], to: readonly string[], value: unknown, at: string): unknown {
  const isPrefix = from.every((name, index) => to[index] === name);
  if (isPrefix && from.length === to.length) return document;
  if (isPrefix) return refuse("patch.invalid", "a value cannot be moved into itself", { at });
  const left = without(document, from);
  return left === undefined ? undefined : withAdded(left, to, value);
}

function tested(document: unknown, path: string, names: readonly string[], value: unknown, at: string): unknown {
  if (isSameJson(valueAt(document, names), value)) return document;
  return refuse("patch.test-failed", `what stands at "${path}" is not what the patch expects`, {
    at,
    hint: "Nothing was changed. Read it again, and decide anew.",
  });
}
