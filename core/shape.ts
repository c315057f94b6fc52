// Values of a wrong shape, told by a pointer to the first fault.

import * as v from "valibot";

/** The checked value; `complain` gets a JSON pointer into it and what is wrong there. */
export function parse(
  schema: v.GenericSchema,
  value: unknown,
  complain: (pointer: string, why: string) => never,
): unknown {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const pointer = (issue.path ?? []).map((item) => `/${pointerToken(item.key)}`).join("");
  return complain(pointer, issue.message);
}

/** RFC 6901, section 3. */
const pointerToken = (key: unknown) => String(key).replaceAll("~", "~0").replaceAll("/", "~1");
