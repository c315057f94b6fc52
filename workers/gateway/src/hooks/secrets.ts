// The secrets of a hook: made here or given by its sender, sealed by the tenant's vault, opened to verify, never told again.

import { refuse, unwrap } from "@eigentwin/core";
import { newSecret, secretBytes } from "@eigentwin/events/signature";
import type { HookSecret } from "@eigentwin/index";
import { vaultOf } from "@eigentwin/system";
import type { Env } from "../../env.ts";
import type { Hook } from "./hook.ts";
import type { Verification } from "./verify.ts";

/** A rotation within the overlap of another keeps those before; more than so many are not. */
const MOST_SECRETS = 4;
const LEAST_BYTES = 16;

const nameOf = (id: string, { number }: Pick<HookSecret, "number">): string => `hook/${id}/${number}`;

/** Standard Webhooks says how a secret looks; any other scheme takes any text of some length. */
export function faultOfSecret({ by }: Verification, secret: string): string | undefined {
  const isStandard = by === "standard-webhooks";
  if (isStandard && !/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret))
    return "a secret of Standard Webhooks is whsec_ and base64";
  const bytes = isStandard ? secretBytes(secret).length : new TextEncoder().encode(secret).length;
  return bytes < LEAST_BYTES ? `a secret has at least ${LEAST_BYTES} bytes` : undefined;
}

export function checkSecret(verification: Verification, secret: string): void {
  const fault = faultOfSecret(verification, secret);
  if (fault !== undefined) refuse("request.invalid", fault, { at: "/secret", hint: "Leave it out, and one is made." });
}

interface Sealing extends Pick<Hook, "tenant" | "id" | "secrets"> {
  secret: string;
  /** So long those before are good. */
  overlapMs: number;
}

export async function sealed(env: Env, { tenant, id, secrets, secret, overlapMs }: Sealing): Promise<HookSecret[]> {
  const number = 1 + Math.max(0, ...secrets.map((one) => one.number));
  const endMs = Date.now() + overlapMs;
  const before = stillGood(secrets).map((one) => ({ ...one, untilMs: Math.min(one.untilMs ?? endMs, endMs) }));
  const made = {
    number,
    sealed: await vaultOf(env.VAULTS, tenant).seal(nameOf(id, { number }), secret),
    untilMs: null,
  };
  return [made, ...(overlapMs > 0 ? before.slice(0, MOST_SECRETS - 1) : [])];
}

export const stillGood = (secrets: readonly HookSecret[]): HookSecret[] =>
  secrets.filter(({ untilMs }) => untilMs === null || untilMs > Date.now());

export const opened = async (env: Env, { tenant, id, secrets }: Pick<Hook, "tenant" | "id" | "secrets">) =>
  Promise.all(
    stillGood(secrets).map(async (one) => unwrap(await vaultOf(env.VAULTS, tenant).open(nameOf(id, one), one.sealed))),
  );

export { newSecret };
