// Nobody reaches beyond what they have: a key that is made, rotated or revoked has at most the rights of the one that does it.

import { refuse } from "@eigentwin/core";
import type { Caller } from "./caller.ts";
import type { KeyRights } from "./new-key.ts";
import { grants } from "./scopes.ts";

/** `ends` is when the caller's own key does. */
export function mustNotBeWider(
  caller: Pick<Caller, "scopes" | "twinTypes" | "purposes">,
  wanted: KeyRights,
  ends: string | null,
) {
  const scope = wanted.scopes.find((one) => !grants(caller.scopes, one));
  if (scope !== undefined) wider(`the scope ${scope}`, "/scopes");
  const { twinTypes } = caller;
  if (twinTypes.length > 0) {
    if (wanted.twinTypes.length === 0) wider("all twin types", "/twinTypes");
    const type = wanted.twinTypes.find((one) => !twinTypes.includes(one));
    if (type !== undefined) wider(`the twin type ${type}`, "/twinTypes");
  }
  const { purposes } = caller;
  if (purposes.length > 0) {
    if (wanted.purposes.length === 0) wider("all purposes", "/purposes");
    const purpose = wanted.purposes.find((one) => !purposes.includes(one));
    if (purpose !== undefined) wider(`the purpose ${purpose}`, "/purposes");
  }
  if (ends !== null && (wanted.expiresAt === null || wanted.expiresAt > ends)) wider("a later end", "/expiresAt");
}

function wider(what: string, at: string): never {
  return refuse("auth.scope-missing", `the key would have ${what}, which yours does not have`, {
    at,
    hint: "A key is never wider than the one that makes, rotates or revokes it.",
  });
}
