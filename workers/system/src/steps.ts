// The tables of the deployment's own objects, step by step.

export const VAULT_STEPS = ["CREATE TABLE vault (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL)"];
