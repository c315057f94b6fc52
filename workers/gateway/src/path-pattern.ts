// Whether a path is one of a route's pattern: `/v1/runs/run_1/events` is one of `/v1/runs/:id/events`.

/** At the end of a pattern that takes the rest of a path. */
const REST = "{.+}";

export function isPathOf(pattern: string, path: string): boolean {
  const [wanted, parts] = [pattern.split("/"), path.split("/")];
  const takesMore = pattern.endsWith(REST) && parts.length > wanted.length;
  return (
    (takesMore || wanted.length === parts.length) &&
    wanted.every((part, index) => (part.startsWith(":") ? parts[index] !== "" : part === parts[index]))
  );
}
