// Inputs that a caller may send by mistake.

/** Not what was asked for: other kinds of value in place of the input and of each of its members, and members left out. */
export function mistakesIn(input: unknown): unknown[] {
  if (!isObject(input)) return othersThan(input);
  const without = (name: string) => Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
  return [
    ...othersThan(input),
    ...Object.keys(input).map(without),
    ...Object.entries(input).flatMap(([name, value]) =>
      othersThan(value).map((other) => ({ ...input, [name]: other })),
    ),
  ];
}

/** An array in place of an object is left out: valibot takes it for one, and only the published schema refuses it. */
const othersThan = (value: unknown): unknown[] => [null, true, 7.25, "mistaken", {}, ...(isObject(value) ? [] : [[]])];

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
