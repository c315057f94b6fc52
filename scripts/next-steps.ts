// What `npm start` prints once the deployment is up: how to ask, how to get a key, and what is left where the demo is gone.

import { cohortNote, demoFile } from "./demo-tenant.ts";
import type { Deployment, Workers } from "./deployment.ts";

/** `state` is the folder as the user named it; undefined for the usual one. */
export function tellHowToGoOn(
  { url, key, administratorFile }: Deployment,
  { twin, model, run }: { twin: string; model: string; run: string },
  { state, isSynthetic }: { state: string | undefined; isSynthetic: boolean },
): string {
  const question = JSON.stringify({
    capability: "aerospace.remaining-life@1",
    subject: { kind: "twin", id: twin },
    input: { model, alternatives: true },
  });
  return [
    tellUp(url),
    `Tenants and keys: an administrator's key is in ${administratorFile}; ${setupToken(state)} makes another`,
    ...(isSynthetic
      ? [
          "The demo engines count cycles from 2000-01-01, so times of points and `prediction.expiresAt` are of that year.",
        ]
      : []),
    "Ask again:",
    "",
    `curl -s ${url}/v1/runs -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${question}'`,
    "",
    "Check the evidence:",
    "",
    `curl -s ${url}/v1/runs/${run}/bundle -H 'authorization: Bearer ${key}' -o bundle.json`,
    `npm run verify:evidence -- bundle.json --keys ${url}/.well-known/eigentwin-keys.json`,
    "",
  ].join("\n");
}

/** A deployment without the demo. */
export function tellKeys({ url, administratorFile }: Workers, state: string | undefined): string {
  const bearer = `-H "authorization: Bearer $(cat ${quoted(administratorFile)})"`;
  const json = `-H 'content-type: application/json'`;
  return [
    tellUp(url),
    `An administrator's key is in ${administratorFile}; ${setupToken(state)} makes another. With it:`,
    "",
    "see which tenants there are",
    `  curl -s ${url}/v1/tenants ${bearer}`,
    "make one, with its first key",
    `  curl -s ${url}/v1/tenants ${bearer} ${json} -d '{"id": "my-tenant", "name": "My tenant"}'`,
    "make another key for a tenant that is there",
    `  curl -s -X POST ${url}/v1/tenants/my-tenant/keys ${bearer} ${json} -d '{"name": "another"}'`,
    "put a tenant's archive in",
    `  npm run restore -- FILE --url ${url} --key-file ${quoted(administratorFile)}`,
    "",
  ].join("\n");
}

/** How to have the demo again. */
export const tellDemoAgain = (stateFolder: string): string =>
  [
    "The demo is left out. To have it again at the next start:",
    `- where the tenant demo is there: put a key of it into ${demoFile(stateFolder)}`,
    `- where it was deleted: delete ${demoFile(stateFolder)}`,
    `- where its model or twins are gone: delete ${cohortNote(stateFolder, "*")}`,
    "",
  ].join("\n");

const tellUp = (url: string): string =>
  `Eigentwin is up at ${url}   (API: ${url}/openapi.json; Ctrl-C stops everything)`;
const setupToken = (state: string | undefined): string =>
  state === undefined ? "npm run setup-token" : `npm run setup-token -- --state ${quoted(state)}`;
const quoted = (word: string): string => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
