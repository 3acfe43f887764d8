/** Turns objectives, requirements and what happens on a breach into parts of a plan; each plugin checks its own configuration. */
import { alertChannels } from '../alerts/index.ts'
import { withBuiltIn } from '../analysis/built-in-objectives.ts'
import { DEFAULT_PROCEDURE, parseObjectives } from '../analysis/objective-grammar.ts'
import { ObjectiveIds } from '../analysis/objective-ids.ts'
import type { Problem } from '../base/errors.ts'
import type { Registry } from '../base/registry.ts'
import { parseDurationMs } from '../base/units.ts'
import { outsideMeasures } from '../model/plan/measure-schema.ts'
import type {
  AlertsPlan,
  ObjectivePlan,
  PluginPlan,
  RequirementPlan,
  RollbackPlan,
  RunPlan,
} from '../model/plan.ts'
import { resourceProbes } from '../probes/index.ts'
import { requirements } from '../requirements/index.ts'
import { REQUIREMENT_TIMEOUT } from '../requirements/reference.ts'
import { rollbackProcedures } from '../rollback/index.ts'
import { demandText } from '../text/demand-text.ts'
import { ROLLBACK } from './defaults.ts'
import type { PluginDocument } from './enforcement-schema.ts'
import { type Path, parseAt, unknownName } from './problems.ts'
import type { ScenarioDocument } from './schema.ts'

/** Keys of a plan that say what must hold, and what happens on a breach. */
export type Enforcement = Pick<
  RunPlan,
  'objectives' | 'alerts' | 'rollback' | 'limits' | 'probes' | 'requires' | 'tracing'
>

/** Resolves them; what is wrong goes to `problems`. */
export function resolveEnforcement(
  document: ScenarioDocument,
  walks: Pick<RunPlan, 'login' | 'journeys' | 'targets' | 'plugins'>,
  problems: Problem[],
): Enforcement {
  const ids = new ObjectiveIds()
  const measures = outsideMeasures(walks.plugins)
  const objectives = parseObjectives(document.objectives ?? [], 'objectives', ids, measures)
  problems.push(...objectives.problems)
  const limits = parseObjectives(document.emergency?.limits ?? [], 'emergency.limits', ids, measures)
  problems.push(...limits.problems, ...unwatchedLimits(limits.objectives))
  const rollback = resolveRollback(document.rollback, problems)
  if (rollback !== null) problems.push(...unknownProcedures(objectives.objectives, rollback))
  return {
    objectives: withBuiltIn(objectives.objectives, walks),
    alerts: resolveAlerts(document.alerts, problems),
    rollback,
    limits: limits.objectives,
    probes: resolvePlugins(document.probes ?? {}, resourceProbes, 'probe', ['probes'], problems),
    requires: resolveRequires(document.requires ?? [], problems),
    tracing: document.tracing ?? false,
  }
}

function resolveRequires(
  documents: NonNullable<ScenarioDocument['requires']>,
  problems: Problem[],
): RequirementPlan[] {
  return documents.map(({ plugin, config, name, timeout, stop }, i) => ({
    ...resolvePlugin({ plugin, config }, requirements, 'requirement', ['requires', i], problems),
    name: name ?? null,
    timeoutMs: parseDurationMs(timeout ?? REQUIREMENT_TIMEOUT),
    stop: stop ?? false,
  }))
}

/** Finds limits that are known only at the end: they would halt nothing. */
function unwatchedLimits(limits: readonly ObjectivePlan[]): Problem[] {
  return limits
    .filter(({ watch }) => watch === null)
    .map((limit) => ({
      path: 'emergency.limits',
      message: `${demandText(limit)} cannot be watched while load runs: it would halt nothing`,
      expected: 'an objective that can be watched, such as error_ratio <= 20%',
    }))
}

function resolveAlerts(alerts: ScenarioDocument['alerts'], problems: Problem[]): AlertsPlan {
  if (alerts === undefined) return { channels: {}, routes: [] }
  const { routes = [] } = alerts
  const names = Object.keys(alerts.channels)
  routes.forEach(({ channels }, route) => {
    channels.forEach((channel, i) => {
      if (!names.includes(channel))
        problems.push(unknownName(['alerts', 'routes', route, 'channels', i], 'channel', channel, names))
    })
  })
  const path = ['alerts', 'channels']
  return { channels: resolvePlugins(alerts.channels, alertChannels, 'alert channel', path, problems), routes }
}

function resolveRollback(rollback: ScenarioDocument['rollback'], problems: Problem[]): RollbackPlan | null {
  if (rollback === undefined) return null
  const path = ['rollback', 'procedures']
  return {
    armed: rollback.armed ?? false,
    procedures: resolvePlugins(rollback.procedures, rollbackProcedures, 'rollback procedure', path, problems),
    onRegression: resolveOnRegression(rollback, problems),
    minRequests: rollback.minRequests ?? ROLLBACK.minRequests,
    validationMs: parseDurationMs(rollback.validation ?? ROLLBACK.validation),
    stepTimeoutMs: parseDurationMs(rollback.stepTimeout ?? ROLLBACK.stepTimeout),
  }
}

/** Unless something is said, `default` or the only one; none where that leaves open which. */
function resolveOnRegression(
  { onRegression, procedures }: NonNullable<ScenarioDocument['rollback']>,
  problems: Problem[],
): string | null {
  if (onRegression === false) return null
  const names = Object.keys(procedures)
  const [only = null] = names.length === 1 ? names : []
  const usual = names.includes(DEFAULT_PROCEDURE) ? DEFAULT_PROCEDURE : only
  const wanted = onRegression === true ? (usual ?? DEFAULT_PROCEDURE) : (onRegression ?? usual)
  if (wanted !== null && !names.includes(wanted))
    problems.push(unknownName(['rollback', 'onRegression'], 'rollback procedure', wanted, names))
  return wanted
}

function unknownProcedures(objectives: readonly ObjectivePlan[], { procedures }: RollbackPlan): Problem[] {
  const names = Object.keys(procedures)
  return objectives.flatMap(({ rollback }, i) =>
    rollback === null || names.includes(rollback)
      ? []
      : [unknownName(['objectives', i, 'rollback'], 'rollback procedure', rollback, names)],
  )
}

interface Plugin {
  readonly name: string
  readonly configSchema: Parameters<typeof parseAt>[0]
}

function resolvePlugins(
  documents: Readonly<Record<string, PluginDocument>>,
  registry: Registry<Plugin>,
  kind: string,
  path: Path,
  problems: Problem[],
): Record<string, PluginPlan> {
  return Object.fromEntries(
    Object.entries(documents).map(([name, document]) => [
      name,
      resolvePlugin(document, registry, kind, [...path, name], problems),
    ]),
  )
}

function resolvePlugin(
  { plugin, config }: PluginDocument,
  registry: Registry<Plugin>,
  kind: string,
  path: Path,
  problems: Problem[],
): PluginPlan {
  if (!registry.names.includes(plugin)) {
    problems.push(unknownName([...path, 'plugin'], kind, plugin, registry.names))
    return { plugin, config }
  }
  const checked = parseAt(registry.get(plugin).configSchema, config, [...path, 'config'])
  problems.push(...checked.problems)
  return { plugin, config: (checked.value as PluginPlan['config'] | null) ?? config }
}
