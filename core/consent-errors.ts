// Of the table of errors: purposes, consent, erasure, and how often somebody may ask.

export const CONSENT_ERRORS = {
  "auth.purpose-not-allowed": {
    status: 403,
    blame: "caller",
    retry: false,
    means: "The key is limited to other purposes than the one that was stated.",
  },
  "request.rate-limited": {
    status: 429,
    blame: "caller",
    retry: true,
    means: "The key or its tenant has asked more than it may in this time; `Retry-After` says when to go on.",
  },
  "twin.not-personal": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "Consent is kept for personal twins alone; the twin's type is not personal.",
  },
  "twin.erased": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "A twin of this id was erased; ids of erased twins are not used again.",
  },
  "consent.purpose-required": {
    status: 403,
    blame: "caller",
    retry: false,
    means: "Personal data are read for a purpose, and none was stated.",
  },
  "consent.not-given": {
    status: 403,
    blame: "caller",
    retry: false,
    means: "The person has not consented to this purpose, or does so no more.",
  },
  "erasure.not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "There is no such erasure, or it is not yours.",
  },
} as const;
