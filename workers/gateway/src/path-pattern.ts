// Whether a path is one of a route's pattern: `/v1/runs/run_1/events` is one of `/v1/runs/:id/events`.

export function isPathOf(pattern: string, path: string): boolean {
  const [wanted, parts] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) => (part.startsWith(":") ? parts[index] !== "" : part === parts[index]))
  );
}
