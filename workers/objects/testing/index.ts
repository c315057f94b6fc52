export { headOf, openFixture, schemaFixtures, stepDigest, type SchemaFixture } from "./schemas.ts";
export { testStorage, type TestStorage } from "./storage.ts";
