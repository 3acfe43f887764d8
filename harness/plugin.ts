/// <reference types="node" preserve="true" />
/** The names that plugin modules import from 'proofload/plugin': types, schemas and helpers without side effects. */
export { z } from 'zod'
export type { Clock } from './base/clock.ts'
export { HarnessError } from './base/errors.ts'
export { Template, type VariableLookup } from './base/template.ts'
export type { Measure } from './model/measures.ts'
export { ERROR_KIND_INDEX, ERROR_KINDS, type ErrorKind } from './model/outcome.ts'
export { PLUGIN_CONTRACT, type PluginDefinition, type PluginNeeds } from './ports/plugin.ts'
export type {
  Answer,
  DriverContext,
  DriverStats,
  Exchange,
  Perform,
  PerformOptions,
  TargetDriver,
} from './ports/target.ts'
export type { ProbeResult, StatusLanguage, TargetPlugin, TargetRef } from './ports/target-plugin.ts'
export { Deadlines } from './targets/deadlines.ts'
export { noStatus } from './targets/no-status.ts'
export { definePlugin } from './targets/outside/define-plugin.ts'
export { Slots } from './targets/slots.ts'
export { type RequestStep, requestStep, type StepOptions } from './targets/step.ts'
