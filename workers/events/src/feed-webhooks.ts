// The webhooks of a feed: which there are, what each wants to be told, and which of them have something new to fetch.

import type { OutboxEvent } from "@eigentwin/objects";
import type { EventFilter, WebhookChange } from "./contract.ts";
import { matches } from "./filter.ts";

export interface WebhookRow {
  id: string;
  filter: EventFilter;
  /** `making`: nobody knows of it yet. `removing`: it is gone for everybody. */
  state: "making" | "made" | "removing";
}

export function listWebhooks(sql: SqlStorage): WebhookRow[] {
  return sql
    .exec<{ id: string; filter: string; state: WebhookRow["state"] }>(
      "SELECT id, filter, state FROM webhook ORDER BY made, id",
    )
    .toArray()
    .map((row) => ({ ...row, filter: JSON.parse(row.filter) as EventFilter }));
}

export const readWebhook = (sql: SqlStorage, id: string): WebhookRow | undefined =>
  listWebhooks(sql).find((row) => row.id === id && row.state === "made");

export const beginWebhook = (sql: SqlStorage, id: string, filter: EventFilter): void =>
  void sql.exec(
    "INSERT INTO webhook SELECT ?, ?, 'making', coalesce(max(made), 0) + 1, NULL FROM webhook",
    id,
    JSON.stringify(filter),
  );

/** Due at once: it does not matter whether something has come. */
export const noteMade = (sql: SqlStorage, id: string): void =>
  void sql.exec("UPDATE webhook SET state = 'made', due_last = (SELECT last FROM feed) WHERE id = ?", id);

export const noteFilter = (sql: SqlStorage, id: string, filter: EventFilter): void =>
  void sql.exec("UPDATE webhook SET filter = ? WHERE id = ?", JSON.stringify(filter), id);

export const noteRemoving = (sql: SqlStorage, id: string): void =>
  void sql.exec("UPDATE webhook SET state = 'removing', due_last = NULL WHERE id = ?", id);

export const dropWebhook = (sql: SqlStorage, id: string): void => void sql.exec("DELETE FROM webhook WHERE id = ?", id);

/** `null` takes a condition away; what is left out stays. */
export function changedFilter(filter: EventFilter, { types, twins }: WebhookChange): EventFilter {
  const changed: { -readonly [Member in keyof EventFilter]: EventFilter[Member] } = { ...filter };
  if (types === null) delete changed.types;
  else if (types !== undefined) changed.types = types;
  if (twins === null) delete changed.twins;
  else if (twins !== undefined) changed.twins = twins;
  return changed;
}

/** Call after the events are in the log. True where some webhook wants one of them. */
export function markDue(sql: SqlStorage, events: readonly OutboxEvent[]): boolean {
  const wanting = listWebhooks(sql).filter(
    ({ state, filter }) => state === "made" && events.some((event) => matches(filter, event)),
  );
  for (const { id } of wanting) sql.exec("UPDATE webhook SET due_last = (SELECT last FROM feed) WHERE id = ?", id);
  return wanting.length > 0;
}

export const dueWebhooks = (sql: SqlStorage): { id: string; dueLast: number }[] =>
  sql
    .exec<{ id: string; dueLast: number }>("SELECT id, due_last AS dueLast FROM webhook WHERE due_last IS NOT NULL")
    .toArray();

/** Unless more has come meanwhile. */
export const noteWoken = (sql: SqlStorage, id: string, dueLast: number): void =>
  void sql.exec("UPDATE webhook SET due_last = NULL WHERE id = ? AND due_last = ?", id, dueLast);
