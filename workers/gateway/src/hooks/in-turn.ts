// Messages one after another, each begun when its turn comes: what was taken before is answered as it was then.

import type { Failure } from "@eigentwin/core";
import type { HookName, HookService, MessageEnd } from "@eigentwin/events";
import type { Message } from "./read-messages.ts";
import type { Taken } from "./take.ts";

export interface Answered {
  message: string;
  items: Taken[];
}
/** Of a message of several: refused by itself, the others are not. */
export type Told = Answered | { message: string; failure: Failure };

interface Turns {
  kept: Pick<HookService, "begin" | "end">;
  name: HookName;
  /** A throw is a fault, after which the message may come again. */
  take(message: Message, receivedAt: string): Promise<Told>;
}

export async function takeInTurn(turns: Turns, messages: readonly Message[]): Promise<Told[]> {
  const told: Told[] = [];
  for (const message of messages) told.push(await takeOnce(turns, message));
  return told;
}

async function takeOnce({ kept, name, take }: Turns, message: Message): Promise<Told> {
  const { id, digest } = message;
  const state = await kept.begin(name, { id, digest });
  if (state.kind === "answered") return JSON.parse(state.answer) as Answered;
  if (state.kind !== "new") return { message: id, failure: state.kind === "other" ? OTHER : UNDER_WAY };
  let end: MessageEnd = { kind: "cut-off" };
  try {
    const told = await take(message, state.receivedAt);
    end = "failure" in told ? { kind: "nothing-taken" } : { kind: "answered", answer: JSON.stringify(told) };
    return told;
  } finally {
    await kept.end(id, end);
  }
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
