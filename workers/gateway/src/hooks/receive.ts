// A message that came to a hook: shown to be from its sender, taken once, and answered the same each time that it comes.

import { ERRORS, refuse, Refusal, unwrap, type Failure } from "@eigentwin/core";
import type { Env } from "../../env.ts";
import { hookAt } from "../services.ts";
import { writerFor } from "../write-state.ts";
import { writerOf, type Hook } from "./hook.ts";
import { effectsOf } from "./mapping.ts";
import type { Message } from "./read-messages.ts";
import { isRefused, nothingTaken, takeEffects, type Taken } from "./take.ts";

export interface Answered {
  message: string;
  items: Taken[];
}
/** Of a message of several: refused by itself, the others are not. */
export type Told = Answered | { message: string; failure: Failure };

export interface Receiving {
  env: Env;
  hook: Hook;
  tenantSince: string;
}

/** One after another, so that events of a batch are written in their order. */
export async function receiveMessages(receiving: Receiving, messages: readonly Message[]): Promise<Told[]> {
  const { env, hook } = receiving;
  const kept = hookAt(env, hook.tenant, hook.id);
  const asked = messages.map(({ id, digest }) => ({ id, digest }));
  const states = await kept.begin({ tenant: hook.tenant, id: hook.id, since: hook.createdAt }, asked);
  const told: Told[] = [];
  const ended = new Map<string, string | null>(
    messages.flatMap(({ id }, index) => (states[index]?.kind === "new" ? [[id, null]] : [])),
  );
  try {
    for (const [index, message] of messages.entries()) {
      const state = states[index];
      if (state?.kind === "answered") told.push(JSON.parse(state.answer) as Answered);
      else if (state?.kind === "new") {
        const one = await taken(receiving, message, state.receivedAt);
        if (!("failure" in one)) ended.set(message.id, JSON.stringify(one));
        told.push(one);
      } else told.push({ message: message.id, failure: state?.kind === "other" ? OTHER : UNDER_WAY });
    }
  } finally {
    // What was not taken, or cut off by a fault, may come again at once.
    await kept.end([...ended].map(([id, answer]) => ({ id, answer })));
  }
  return told;
}

const OTHER: Failure = {
  code: "request.key-reused",
  message: "another message came under this id before",
  hint: "An id is of one message. Where the sender's ids repeat, change `messageId` of the hook.",
};
const UNDER_WAY: Failure = {
  code: "hook.under-way",
  message: "this message is being taken at this moment",
  hint: "Send it again in a minute: it is then answered as it was the first time.",
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
    : { message: message.id, items };
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
