// Everything that a plugin author or a Worker may import from core, one name at a time.

export {
  NO_SECRETS,
  type Backend,
  type BackendAccess,
  type BackendDescription,
  type PriceList,
  type Quote,
  type Submission,
  type Ticket,
} from "./backend.ts";
export {
  defineCapability,
  type Answer,
  type BackendNeed,
  type Capability,
  type ComparisonClaim,
  type Example,
  type Prediction,
  type SubjectNeed,
} from "./capability.ts";
export {
  AUDIT_BEGIN,
  auditText,
  followChain,
  type AuditEntry,
  type AuditMark,
  type AuditNote,
  type BrokenLink,
} from "./audit.ts";
export type { ErasureReceipt } from "./erasure.ts";
export { canonicalJson, decode, digest, digestBytes, digestJson, encode, type Digest } from "./codec.ts";
export {
  columnOfRole,
  ROLES,
  rowsByIndividual,
  type Column,
  type DatasetInfo,
  type DatasetReader,
  type Role,
} from "./dataset.ts";
export { ERRORS, type ErrorCode } from "./errors.ts";
export { fail, refuse, Refusal, succeed, unwrap, type Failure, type Outcome } from "./failure.ts";
export { durationMs } from "./duration.ts";
export { checkAgainst, checkJson, faultOf, partialOf } from "./json-schema.ts";
export { diffOf, isSameJson, type Difference } from "./json/diff.ts";
export { mergePatch } from "./json/merge-patch.ts";
export { applyPatch } from "./json/patch.ts";
export {
  isJsonObject,
  namesOf,
  pointer,
  valueAt,
  without,
  withAdded,
  withReplaced,
  type JsonObject,
} from "./json/pointer.ts";
export {
  addedTargets,
  checkLimits,
  checkState,
  EMPTY_STATE,
  linksIn,
  PROPERTIES_HINT,
  readState,
  type Links,
  type StateRules,
  type WritableState,
} from "./twin-state.ts";
export {
  fieldKinds,
  indexedAs,
  kindsOfProperties,
  PREDICTION_FIELDS,
  STREAM_FIELDS,
  type Kind,
} from "./query/kinds.ts";
export {
  FILTER_LIMITS,
  isIndexableText,
  type Filter,
  type Linked,
  type Literal,
  type Operator,
  type Path,
} from "./query/filter.ts";
export { parseFilter, parsePath, parsePaths } from "./query/parse.ts";
export { printFilter, printPath } from "./query/print.ts";
export { complainOf, type Complain } from "./query/tokens.ts";
export { checkManifest, clashBetween } from "./manifest.ts";
export { definePlugin, manifestOf, type JsonSchema, type Manifest, type Plugin } from "./plugin.ts";
export { addAngles, angleAt, negateAngle, scaleAngle, type Angle } from "./program/angle.ts";
export { checkOperation, type Frame } from "./program/check-operation.ts";
export { checkCircuit, circuit, depth, type AngleLike, type Circuit, type CircuitBuilder } from "./program/circuit.ts";
export { inverse, inverseUnitary } from "./program/inverse.ts";
export type { Complex, Matrix } from "./program/matrix.ts";
export {
  controlsOf,
  everyOperation,
  isGate,
  isUnitary,
  OPERATION_NAMES,
  OTHER_OPERATIONS,
  qubitsOf,
  type Barrier,
  type Branch,
  type Control,
  type Diagonal,
  type Gate,
  type Measurement,
  type Monomial,
  type Operation,
  type OperationName,
  type Reset,
  type Unitary,
  type UnitaryOperation,
} from "./program/operation.ts";
export { matrixAt, matrixOfNumbers, monomialsOf, numbersOfMatrix, phasesOf } from "./program/unitary.ts";
export type { BranchedFrom, Grant, GrantedBackend, ModelDraft, SavedModel, Subject } from "./grant.ts";
export { GATES, isGateName, type GateFacts, type GateName } from "./program/gates.ts";
export {
  annealResult,
  checkAnnealOptions,
  joinReads,
  type AnnealOption,
  type AnnealProgram,
  type AnnealResult,
} from "./program/anneal.ts";
export { elementary } from "./program/elementary.ts";
export { eulerOf, type Euler } from "./program/euler.ts";
export { finalMeasurementOf, type FinalMeasurement } from "./program/final-measurement.ts";
export {
  annealProblem,
  energyOf,
  forEachCoupling,
  toBinary,
  toSpin,
  type AnnealProblem,
  type ProblemTerms,
  type Vartype,
} from "./program/ising.ts";
export { lowerCircuit, type Executes } from "./program/lower-gates.ts";
export { lowerGradient } from "./program/lower-gradient.ts";
export { answers, lower, type Lowered } from "./program/lower.ts";
export { checkObservable, pauli, pauliOn, sharesBasis, type PauliSum, type PauliTerm } from "./program/observable.ts";
export {
  batch,
  batchesOf,
  checkProgram,
  CIRCUIT_KINDS,
  isDrawn,
  noParameters,
  PROGRAM_KINDS,
  sizeOf,
  type Batch,
  type CircuitKind,
  type CircuitProgram,
  type ExpectationProgram,
  type ExpectationResult,
  type GradientProgram,
  type GradientResult,
  type Histogram,
  type OverlapProgram,
  type OverlapResult,
  type Program,
  type ProgramKind,
  type ProgramResult,
  type ResultOf,
  type SampleProgram,
  type SampleResult,
  type ValuesResult,
} from "./program/program.ts";
export type { Reader, ReadTable, ReadTwin, SourceFile } from "./reader.ts";
export { openAttempt, settleProgram, type Attempt } from "./run/attempt.ts";
export type { HostGrant, RunPorts, RecalledStep, SeriesPart } from "./run/host-grant.ts";
export { compare, notCompared, type Comparison, type Scored, type Verdict, type VerdictWord } from "./run/compare.ts";
export { EVIDENCE_SCHEMA, type Evidence, type BackendChoice, type Material } from "./run/evidence.ts";
export { BUNDLE_SCHEMA, NOT_VOUCHED, type EvidenceBundle } from "./run/bundle.ts";
export { comparisonText, type ComparisonBody } from "./run/comparison-body.ts";
export {
  base64Url,
  publicKeyOf,
  readKeySet,
  signatureFault,
  type KeySet,
  type PublicKey,
  type PublishedKey,
  type Signature,
} from "./run/signature.ts";
export {
  evidenceOutcome,
  verifyEvidence,
  type EvidenceCheckState,
  type EvidenceFinding,
  type EvidenceOutcome,
} from "./run/verify.ts";
export { memoryJournal, replayOf, type EntryKind, type JournalEntry, type JournalStore } from "./run/journal.ts";
export { addSpending, checkBudget, nothingSpent, type Budget, type Spending } from "./run/quote.ts";
export { randomFrom, seedFor } from "./run/random.ts";
export type { PersonalParameter, Point, Series, StreamType, TimeRange, Twin, TwinType, Upgrade } from "./twin.ts";
export { conversion } from "./units.ts";
export { baseOf, majorOf } from "./versioned-id.ts";
export { newestPath, upgradedStreams, upgradePath, type KeptStream } from "./upgrade.ts";
export { checkAnswer } from "./run/answer.ts";
