// Personal twins, and runs about them, as a caller may read them: for a purpose to which the person consents at that moment.
// Whose twin it is, is looked up before: "not yours" stays "not there".

import type { Context } from "hono";
import { baseOf, fail, unwrap, type Outcome } from "@eigentwin/core";
import type { RunView } from "@eigentwin/runs";
import { partsOf } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { believedTypes } from "./catalogue.ts";
import type { Gateway } from "./context.ts";
import { typedRun, typedTwin } from "./known.ts";
import { mayState, notStated, purposeOf } from "./purpose.ts";
import { twinAt } from "./services.ts";

/** What nobody declares counts as personal here: its twin knows, and is asked. It is so in every major, or in none. */
export async function mayBePersonal(env: Env, type: string): Promise<boolean> {
  const declared = (await believedTypes(env)).filter(({ id }) => baseOf(id) === baseOf(type));
  return declared.length === 0 || declared.some(({ personal = false }) => personal);
}

/** Of a branch its twin says it. */
export const permitsOf = (c: Context<Gateway>, id: string, purpose: string | null): Promise<Outcome<undefined>> =>
  twinAt(c.env, c.get("tenant"), partsOf(id).twin).permits(purpose);

/** Refuses where it is personal and does not consent to what the request is for. */
export async function readableTwin(c: Context<Gateway>, id: string) {
  const { type, twin } = await typedTwin(c.env, c.get("caller"), id);
  if (await mayBePersonal(c.env, type)) unwrap(await permitsOf(c, id, purposeOf(c)));
  return twin;
}

export const isReadable = async (c: Context<Gateway>, { id, type }: { id: string; type: string }): Promise<boolean> =>
  !(await mayBePersonal(c.env, type)) || (await permitsOf(c, id, purposeOf(c))).ok;

/** A run is read for what it was asked for, as long as its twin consents to that. Its evidence stays readable: see `knownRun`. */
export async function readableRun(c: Context<Gateway>, id: string) {
  const { run, type } = await typedRun(c.env, c.get("caller"), id);
  if (type !== null && (await mayBePersonal(c.env, type))) unwrap(await permitsRun(c, unwrap(await run.view(0))));
  return { run, type };
}

async function permitsRun(c: Context<Gateway>, { subject, purpose }: RunView): Promise<Outcome<undefined>> {
  if (purpose !== undefined && !mayState(c.get("caller"), purpose)) return notStated(c.get("caller"), purpose);
  const permitted = await permitsOf(c, subject.id, purpose ?? null);
  if (permitted.ok || permitted.failure.code !== "twin.not-found") return permitted;
  // Deleted: nobody consents to anything any more.
  return fail("consent.not-given", "the twin that this run was about is not there any more", {
    hint: "GET /v1/runs/{id}/evidence gives what stays of the run.",
  });
}

/** What stays of a run where its result may not be read. */
export async function shownRun(c: Context<Gateway>, view: RunView, type: string | null): Promise<RunView> {
  if (type === null || !(await mayBePersonal(c.env, type)) || (await permitsRun(c, view)).ok) return view;
  const { result: _result, prediction: _prediction, ...rest } = view;
  return rest;
}
