// Places in a JSON value: pointers (RFC 6901), what stands there, and the value with something else there. Nothing is changed
// in place, and names are own members only: "__proto__" is a name like any other.

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The pointer to the member that the names lead to. */
export const pointer = (names: readonly (string | number)[]): string =>
  names.map((name) => `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const isPointer = (text: string): boolean => /^(?:\/(?:[^~/]|~[01])*)*$/.test(text);

/** The names of a pointer, or nothing where the text is none. */
export const namesOf = (text: string): string[] | undefined =>
  isPointer(text)
    ? text
        .split("/")
        .slice(1)
        .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"))
    : undefined;

const indexOf = (name: string): number => (/^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : -1);

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value[indexOf(name)];
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function withMember(value: unknown, name: string, member: unknown): unknown {
  return Array.isArray(value) ? value.with(indexOf(name), member) : { ...(value as JsonObject), [name]: member };
}

/** Undefined where nothing stands there: JSON has no such value. */
export function valueAt(value: unknown, names: readonly string[]): unknown {
  let found = value;
  for (const name of names) {
    found = memberOf(found, name);
    if (found === undefined) return undefined;
  }
  return found;
}

/** Changes the value that the last name is a member of; undefined where that is not there, or `change` says so. */
function changedAt(
  value: unknown,
  names: readonly string[],
  change: (parent: unknown, name: string) => unknown,
): unknown {
  const [name = "", ...rest] = names;
  if (rest.length === 0) return change(value, name);
  const inner = memberOf(value, name);
  const changed = inner === undefined ? undefined : changedAt(inner, rest, change);
  return changed === undefined ? undefined : withMember(value, name, changed);
}

/** As `add` of RFC 6902: a member is set, an item of an array is inserted. Undefined where the place cannot be. */
export function withAdded(value: unknown, names: readonly string[], added: unknown): unknown {
  if (names.length === 0) return added;
  return changedAt(value, names, (parent, name) => {
    if (isJsonObject(parent)) return { ...parent, [name]: added };
    if (!Array.isArray(parent)) return undefined;
    const index = name === "-" ? parent.length : indexOf(name);
    return index >= 0 && index <= parent.length ? parent.toSpliced(index, 0, added) : undefined;
  });
}

/** Undefined where nothing stands there. */
export function withReplaced(value: unknown, names: readonly string[], other: unknown): unknown {
  if (names.length === 0) return other;
  return changedAt(value, names, (parent, name) =>
    memberOf(parent, name) === undefined ? undefined : withMember(parent, name, other),
  );
}

/** Undefined where nothing stands there; the whole of a value cannot be taken from it. */
export function without(value: unknown, names: readonly string[]): unknown {
  if (names.length === 0) return undefined;
  return changedAt(value, names, (parent, name) => {
    if (memberOf(parent, name) === undefined) return undefined;
    if (Array.isArray(parent)) return parent.toSpliced(indexOf(name), 1);
    return Object.fromEntries(Object.entries(parent as JsonObject).filter(([other]) => other !== name));
  });
}
