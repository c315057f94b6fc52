// The kit as a Worker: it asks the plugins that it binds, so that everything goes over a real service binding.

import type { ServedPlugin } from "../serve/served-plugin.ts";
import { inspect } from "./index.ts";

export default {
  /** `GET /PLUGIN_PUMP`: the findings about the plugin bound under that name. */
  async fetch(request: Request, env: Record<string, ServedPlugin>): Promise<Response> {
    const plugin = env[new URL(request.url).pathname.slice(1)];
    return plugin ? Response.json(await inspect(plugin)) : new Response(null, { status: 404 });
  },
};
