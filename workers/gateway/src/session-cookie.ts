// The cookie of a browser's session: out of reach of scripts, and sent by no other site.

import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { Gateway } from "./context.ts";

const NAME = "eigentwin";
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** `__Host-` binds the cookie to one host over TLS; a local deployment has none. */
function isLocal(c: Context<Gateway>): boolean {
  const { protocol, hostname } = new URL(c.req.url);
  return protocol === "http:" && LOOPBACK.test(hostname);
}

function facts(c: Context<Gateway>): CookieOptions {
  const always = { path: "/", httpOnly: true, sameSite: "Strict" } as const;
  return isLocal(c) ? always : { ...always, prefix: "host", secure: true };
}

export const sessionCookie = (c: Context<Gateway>): string | undefined =>
  getCookie(c, NAME, isLocal(c) ? undefined : "host");

export const setSessionCookie = (c: Context<Gateway>, secret: string, maxAge: number): void =>
  setCookie(c, NAME, secret, { ...facts(c), maxAge } as CookieOptions);

export const dropSessionCookie = (c: Context<Gateway>): void => void deleteCookie(c, NAME, facts(c));
