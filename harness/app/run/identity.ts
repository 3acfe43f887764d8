import type { RunIdentity } from '../../model/run-record.ts'
import type { RunContext } from './context.ts'
import { describeEnvironment } from './environment.ts'
import type { PreparedLoad } from './launch-targets.ts'

/** Describes a run before its load: the first line of its journal, and a part of its record. */
export function identityOf(load: RunContext & PreparedLoad): RunIdentity {
  const { plan } = load
  return {
    schemaVersion: 1,
    runId: load.runId,
    scenario: plan.scenario,
    correlationId: load.correlationId,
    seed: plan.seed,
    threads: load.threads,
    planHash: load.planHash,
    loadHash: load.loadHash,
    scenarioHash: load.scenarioHash,
    scenarioFile: load.scenarioFile,
    plan,
    environment: describeEnvironment(load.host.env),
    driver: plan.precision === 'high' ? 'spin' : 'timer',
  }
}
