// Models that a run has saved: bodies are in storage at once, they are listed when the run has succeeded.

export interface ModelKept {
  id: string;
  title: string;
  format: string;
  digest: string;
  bodyKey: string;
}

export function keepModel(sql: SqlStorage, { id, title, format, digest, bodyKey }: ModelKept): void {
  sql.exec(
    "INSERT OR REPLACE INTO saved_model (id, title, format, digest, body_key) VALUES (?, ?, ?, ?, ?)",
    id,
    title,
    format,
    digest,
    bodyKey,
  );
}

export function keptModels(sql: SqlStorage): ModelKept[] {
  return sql
    .exec<{ id: string; title: string; format: string; digest: string; body_key: string }>("SELECT * FROM saved_model")
    .toArray()
    .map(({ body_key, ...model }) => ({ ...model, bodyKey: body_key }));
}
