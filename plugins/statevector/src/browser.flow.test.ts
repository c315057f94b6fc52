import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page as Tab } from "playwright-core";
import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";
import { statevectorSimulator } from "./node.ts";
import { startChromium } from "./testing/chromium.ts";
import { measuredBy, type Measured } from "./testing/measured.ts";
import type { Page } from "./testing/page.ts";

const BUILDS = { plain: "statevector.wasm", relaxed: "statevector-relaxed.wasm" };
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url).href);

let browser: Browser | string;
let server: Server;
let tab: Tab;

/** The package as a page has it: one script, and the committed builds beside it. */
async function filesOfPage(): Promise<Map<string, { type: string; body: string | Uint8Array }>> {
  const { outputFiles } = await build({
    entryPoints: [here("testing/page.ts")],
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "error",
  });
  const script = outputFiles[0]?.contents ?? new Uint8Array();
  return new Map([
    ["/", { type: "text/html", body: '<!doctype html><script type="module" src="page.js"></script>' }],
    ["/page.js", { type: "text/javascript", body: script }],
    ...Object.values(BUILDS).map(
      (file) => [`/${file}`, { type: "application/wasm", body: readFileSync(here(`../kernels/${file}`)) }] as const,
    ),
  ]);
}

beforeAll(async () => {
  const files = await filesOfPage();
  browser = await startChromium();
  if (typeof browser === "string") return;
  server = createServer((request, response) => {
    const file = files.get(request.url ?? "");
    response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" }).end(file?.body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await tab.waitForFunction("globalThis.page !== undefined");
});
afterAll(async () => {
  if (typeof browser !== "string") await browser.close();
  server?.close();
});

const inPage = <T>(call: (page: Page, build: string) => T | Promise<T>, given = ""): Promise<T> =>
  tab.evaluate<T>(`(${call.toString()})(page, ${JSON.stringify(given)})`);

function skipWithout({ skip }: TestContext): void {
  if (typeof browser !== "string") return;
  console.warn(`not tested in Chromium: ${browser}`);
  skip(browser);
}

test.for(Object.entries(BUILDS))("the %s build answers in Chromium what it must", async ([name, file], context) => {
  skipWithout(context);
  if (name === "relaxed") expect(await inPage((page) => page.hasRelaxedSimd())).toBe(true);
  const there = await inPage<Measured>((page, build) => page.measure(build), file);
  const { SQRT1_2, sin, cos } = Math;
  [SQRT1_2, 0, 0, SQRT1_2, 0, 0, 0, 0].forEach((part, at) => expect(there.bell[at]).toBeCloseTo(part, 14));
  // Of <ZZ> = cos b: cx makes it the sign of the second qubit before rx, whatever a is.
  [cos(0.4), 0, -sin(0.4)].forEach((slope, at) => expect(there.slopes[at]).toBeCloseTo(slope, 12));
  expect(Math.abs(there.reference - -0.05945346044)).toBeLessThan(1e-9);
  const here = await measuredBy(statevectorSimulator(undefined, name === "relaxed"));
  expect(there.counts).toEqual(here.counts);
  for (const of of ["bell", "slopes"] as const)
    there[of].forEach((value, at) => expect(value).toBeCloseTo(here[of][at] ?? Number.NaN, 14));
});
