// The receipt of an erasure, as it is signed: canonical JSON (RFC 8785) of this. It holds ids and no content.

export interface ErasureReceipt {
  schema: "urn:eigentwin:erasure:1";
  id: string;
  tenant: string;
  twin: string;
  twinType: string;
  requestedAt: string;
  /** Id of the key. */
  requestedBy: string;
  erasedAt: string;
  removed: { what: string; ids?: string[] }[];
  /** Models that were trained on rows which are no longer there. */
  marked: string[];
  kept: { what: string; why: string }[];
  /** What the deployment cannot remove; until when, where that is known. */
  outOfReach: { what: string; until: string | null }[];
}
