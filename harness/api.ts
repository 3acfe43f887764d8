/// <reference types="node" preserve="true" />
/** The names that programs import from 'proofload/api'. What stands here changes by the rules of semantic versioning alone. */
export { type CompareOptions, compare } from './api/compare.ts'
export { type Judged, type JudgeOptions, judge } from './api/judge.ts'
export { type RunOptions, type RunResult, runScenario } from './api/run-scenario.ts'
export type { BaselineOptions, ProjectOptions } from './api/settings.ts'
export type { ComparedWith } from './app/compare/compare-stored.ts'
export { type ErrorCode, HarnessError, type Problem } from './base/errors.ts'
export type { Comparison, ComparisonCheck } from './model/comparison.ts'
export type { RunRecord } from './model/run-record.ts'
export type { Verdict, VerdictOutcome, VerdictReason } from './model/verdict.ts'
