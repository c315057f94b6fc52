// A person, whose twin is read for what it consents to; and a question about it that reads its stream.

import * as v from "valibot";
import type { TwinType } from "../../index.ts";

export const PERSON = "broken.person@1";

export const personType: TwinType = {
  id: PERSON,
  title: "A person",
  personal: true,
  properties: v.object({ name: v.optional(v.string()) }),
  streams: { level: { title: "Level", unit: "m" } },
  links: { near: { to: "broken.gauge@1", title: "The gauges beside this person" } },
};
