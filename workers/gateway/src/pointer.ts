/** A JSON pointer (RFC 6901) to the member that the names lead to. */
export const pointer = (names: readonly (string | number)[]): string =>
  names.map((name) => `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
