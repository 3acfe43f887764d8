/** The beginning of a search: a new one, or one that goes on from its probes. */
import { limitObjectives, limitOf } from '../../analysis/capacity/limits.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { isLoopback } from '../../base/loopback.ts'
import type { CapacityControl, CapacityRecord, SearchSettings } from '../../model/capacity.ts'
import type { RunPlan } from '../../model/plan.ts'
import { agentsOf, expectedIterationsOf, modelOf } from '../../model/plan-load.ts'
import { searchIdOf } from '../../store/capacity-folder.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import type { RunContext } from '../run/context.ts'
import type { PlannedLoad } from '../run/launch-targets.ts'
import { ASSUMED_P99, isP99Assumed } from './capacity-limits.ts'

const DEFAULTS = { max: null, precision: 0.05, probesMax: 14, budgetS: 1_800, probeS: null } as const
/** The first x, as a share of the load that the scenario asks for. */
const FROM_SHARE = 0.2
const FROM_RATE_MIN = 10

export function beginSearch(
  { host, runId }: RunContext,
  { plan, loadHash }: PlannedLoad,
  { by, settings }: { readonly by: CapacityControl; readonly settings: Partial<SearchSettings> },
): CapacityRecord {
  const objectives = limitObjectives(plan.objectives)
  const at = isoOf(host.clock.wallMs())
  return {
    schemaVersion: 1,
    capacityId: searchIdOf(runId),
    scenario: plan.scenario,
    by,
    startedAt: at,
    finishedAt: at,
    loadHash,
    seed: plan.seed,
    settings: { ...DEFAULTS, from: firstOf(plan, by), ...settings, isWhole: by === 'agents' },
    limits: [
      ...objectives.map((objective) => limitOf(objective, objective.builtIn)),
      ...(isP99Assumed(objectives) ? [ASSUMED_P99] : []),
    ],
    assumedP99Ms: null,
    referenceP95Ms: null,
    probes: [],
    answer: null,
  }
}

/** @throws HarnessError USAGE for the search of another load */
export function continueSearch(record: CapacityRecord, { plan, loadHash }: PlannedLoad): CapacityRecord {
  if (record.scenario === plan.scenario && record.loadHash === loadHash) return { ...record, answer: null }
  throw new HarnessError(
    'USAGE',
    `the search ${record.capacityId} is of another load than ${plan.scenario} now has`,
    {
      hint: 'Give the scenario and the flags with which it was begun, or search again without --resume.',
    },
  )
}

/** The search goes beyond what a service holds. @throws HarnessError HOST_NOT_ALLOWED for hosts for which nobody has said that it may */
export function requireOverloadAllowed(plan: RunPlan, isAllowed: boolean): void {
  const plugins = targetsOf(plan)
  const hosts = Object.values(plan.targets).flatMap(({ plugin, config }) =>
    plugins.get(plugin).hostsOf(config),
  )
  const other = hosts.find((host) => !isLoopback(host))
  if (isAllowed || other === undefined) return
  throw new HarnessError('HOST_NOT_ALLOWED', `a search for the capacity would overload ${other}`, {
    hint: 'If you may overload it, say so: --allow-overload (besides --allow-host or allowHosts).',
  })
}

/** A fifth of what the scenario asks for. */
function firstOf(plan: RunPlan, by: CapacityControl): number {
  if (by === 'agents') return Math.max(1, Math.round(FROM_SHARE * agentsOf(plan)))
  const perSec = modelOf(plan) === 'open' ? (1000 * (expectedIterationsOf(plan) ?? 0)) / plan.durationMs : 0
  return Math.max(FROM_RATE_MIN, Math.round(FROM_SHARE * perSec))
}
