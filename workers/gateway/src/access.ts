// Who may come in by a route: declared beside its description, enforced before anything of the request is read.

import type { Context, Hono } from "hono";
import { matchedRoutes } from "hono/route";
import type { Gateway } from "./context.ts";
import type { Scope } from "./scopes.ts";

export interface Access {
  /** Any of several: the route itself asks for the one that the request needs. */
  needs: Scope | readonly Scope[] | "any key" | "public";
  /** A stream, which one may open with a ticket where no header can be sent. */
  takesTicket?: boolean;
}

const declared = new WeakMap<object, Access>();

/** Ties a declaration to the handler that describes a route. */
export function declareAccess<Handler extends object>(handler: Handler, access: Access): Handler {
  declared.set(handler, access);
  return handler;
}

/** Of the route that will answer; undefined where none will. */
export const accessOf = (c: Context<Gateway>): Access | undefined =>
  matchedRoutes(c)
    .map(({ handler }) => declared.get(handler))
    .find((access) => access !== undefined);

export interface DeclaredRoute extends Access {
  method: string;
  path: string;
}

/** Every route with its access. Throws for one that declares none: it would be open or shut by accident. */
export function declaredRoutes(app: Hono<Gateway>): DeclaredRoute[] {
  const routes = new Map<string, DeclaredRoute | undefined>();
  for (const { method, path, handler } of app.routes) {
    if (method === "ALL") continue;
    const access = declared.get(handler);
    const name = `${method} ${path}`;
    routes.set(name, access ? { method, path, ...access } : routes.get(name));
  }
  return [...routes].map(([name, route]) => {
    if (!route) throw new Error(`${name} does not declare who may come in: give its description an \`access\``);
    return route;
  });
}

export const scopesOf = ({ needs }: Access): readonly Scope[] =>
  needs === "any key" || needs === "public" ? [] : typeof needs === "string" ? [needs] : needs;
