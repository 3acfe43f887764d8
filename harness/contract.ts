/** The names that contract tests of plugins import from 'proofload/contract'. */
export { describeTarget } from './contract/target.ts'
export type { Capability, LiveTarget, TargetCase } from './contract/target-case.ts'
