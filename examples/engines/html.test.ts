import { expect, test } from "vitest";
import { htmlReport } from "./html.ts";

const HOSTILE = `</title><script>alert("1")</script><img src=x onerror='x()'>&`;

test("whatever a name says, the page shows it and runs none of it", () => {
  const page = htmlReport({
    title: HOSTILE,
    lead: HOSTILE,
    headings: [HOSTILE],
    rows: [[HOSTILE]],
    marked: 0,
    findings: [HOSTILE],
    notes: [HOSTILE],
    panels: [{ name: HOSTILE, predicted: [{ value: 1, lower: 0, upper: 2 }], truth: [1] }],
    lifeCap: 125,
  });
  expect(page).not.toMatch(/<script|<img|onerror='/);
  expect(page.split("&lt;script&gt;alert(&quot;1&quot;)").length - 1).toBe(9);
});
