// A message that came to a hook: shown to be from its sender, taken once, and answered the same each time that it comes.

import { ERRORS, refuse, Refusal, unwrap } from "@eigentwin/core";
import type { Env } from "../../env.ts";
import { hookAt } from "../services.ts";
import { writerFor } from "../write-state.ts";
import { writerOf, type Hook } from "./hook.ts";
import { boundedItems } from "./bounded-items.ts";
import { takeInTurn, type Told } from "./in-turn.ts";
import { effectsOf } from "./mapping.ts";
import type { Message } from "./read-messages.ts";
import { isRefused, nothingTaken, takeEffects } from "./take.ts";

export interface Receiving {
  env: Env;
  hook: Hook;
  tenantSince: string;
}

export const receiveMessages = (receiving: Receiving, messages: readonly Message[]): Promise<Told[]> => {
  const { tenant, id, createdAt: since } = receiving.hook;
  const kept = hookAt(receiving.env, tenant, id);
  const take = (message: Message, receivedAt: string) => taken(receiving, message, receivedAt);
  return takeInTurn({ kept, name: { tenant, id, since }, take }, messages);
};

/** A reason has printable ASCII, as one that a header says. */
const reasonOf = (id: string): string => `message ${id.replaceAll(/[^\x20-\x7e]/g, "?")}`.slice(0, 200);

async function taken({ env, hook, tenantSince }: Receiving, message: Message, receivedAt: string): Promise<Told> {
  const mapped = effectsOf(hook.rules.mapping, message.document, receivedAt);
  if (!mapped.ok) return { message: message.id, failure: mapped.failure };
  const writer = await writerFor(env, writerOf(hook, tenantSince));
  const items = await takeEffects(
    { writer, create: hook.rules.mapping.create, reason: reasonOf(message.id), isTrial: false },
    mapped.effects,
  );
  // What may do better a moment later must not be answered as done.
  const passing = items.flatMap(({ failures = [] }) => failures).find(({ code }) => ERRORS[code].retry);
  if (passing) throw new Refusal(passing);
  return isRefused(items)
    ? { message: message.id, failure: nothingTaken(items).failure }
    : { message: message.id, items: boundedItems(items) };
}

/** What a message would do, item by item; nothing is written, and the message may still come. */
export async function tryMessage({ env, hook, tenantSince }: Receiving, message: Pick<Message, "document">) {
  const mapped = unwrapped(effectsOf(hook.rules.mapping, message.document, new Date().toISOString()));
  const writer = await writerFor(env, writerOf(hook, tenantSince));
  const items = await takeEffects({ writer, create: hook.rules.mapping.create, reason: null, isTrial: true }, mapped);
  return mapped.map((effect, index) => ({
    ...(items[index] ?? { at: effect.at, outcome: "skipped" as const }),
    ...(effect.kind === "change" && { writes: { properties: effect.properties, points: effect.points } }),
  }));
}

const unwrapped = (mapped: ReturnType<typeof effectsOf>) =>
  mapped.ok ? mapped.effects : refuse(mapped.failure.code, mapped.failure.message, mapped.failure);

/** A single message that was refused is a problem; of several, only where all were. */
export function answerOf(told: readonly Told[], isBatch: boolean): Told | { messages: readonly Told[] } {
  const [first] = told;
  if (told.length > 0 && told.every((one) => "failure" in one) && first && "failure" in first)
    return unwrap({ ok: false, failure: first.failure });
  return isBatch ? { messages: told } : (first ?? { messages: [] });
}
