// Drawings of circuits (`@eigentwin/core/draw`).

export { drawSvg } from "./svg.ts";
export { drawText } from "./text.ts";
