/** Resolves a loaded document into a plan: checked whole, every default filled in, all problems at once. Pure. */
import type { Problem } from '../base/errors.ts'
import { outsideMeasures } from '../model/plan/measure-schema.ts'
import type { OutsidePlugin, RunPlan } from '../model/plan.ts'
import { targetsOf } from '../targets/outside/targets-of.ts'
import { PRECISION } from './defaults.ts'
import { overlayProblems } from './environments.ts'
import { resolveFeeders } from './feeders.ts'
import { outputAuthors } from './given-outputs.ts'
import { invalidScenario } from './invalid-scenario.ts'
import { unknownLabels } from './objective-labels.ts'
import { applyOverrides, type Overrides } from './overrides.ts'
import { parseAt } from './problems.ts'
import { resolveComparisons } from './resolve-comparisons.ts'
import { resolveConnections } from './resolve-connections.ts'
import { resolveEnforcement } from './resolve-enforcement.ts'
import { resolveWalks } from './resolve-journeys.ts'
import { resolveLoad } from './resolve-load.ts'
import { resolveMocks } from './resolve-mocks.ts'
import { resolveOutputs } from './resolve-outputs.ts'
import { resolveServices } from './resolve-services.ts'
import { resolveSlos } from './resolve-slos.ts'
import { resolveRetry } from './resolve-steps.ts'
import { resolveTargets } from './resolve-targets.ts'
import { resolveWaits } from './resolve-waits.ts'
import { type ScenarioDocument, scenarioSchema } from './schema.ts'
import { liftDeclaredSecrets, resolveSecretEntries } from './secret-sources.ts'
import { secretNamesIn } from './secrets.ts'
import { unknownPhases } from './target-phases.ts'
import type { LocatePath } from './text-file.ts'
import { unmetRendezvous } from './unmet-rendezvous.ts'
import { validSubset } from './valid-subset.ts'
import { unknownVariables } from './variables.ts'

/**
 * Resolves a document with everything the command line said.
 * @param seedByChance used when neither the scenario nor the overrides name a seed
 * @param outside plugins that the document declares, loaded
 * @param locate where paths stand in the file, for documents that were text
 * @throws HarnessError SCENARIO_INVALID with all problems
 */
export function resolveScenario(
  loaded: unknown,
  overrides: Overrides,
  seedByChance: number,
  locate: LocatePath | null = null,
  outside: readonly OutsidePlugin[] = [],
): RunPlan {
  const written = liftDeclaredSecrets(loaded)
  const { document, problems: overrideProblems } = applyOverrides(written, overrides)
  const checked = parseAt(scenarioSchema, document, [])
  const problems: Problem[] = [...overrideProblems, ...checked.problems]
  const sound =
    checked.value ??
    validSubset(
      document,
      checked.problems.map(({ path }) => path),
    )
  const plan = sound === null ? null : resolvePlan(sound, overrides, seedByChance, outside, problems)
  problems.push(...overlayProblems(written))
  if (plan !== null && problems.length === 0)
    problems.push(
      ...unknownVariables(plan),
      ...unknownLabels(plan),
      ...unknownPhases(plan),
      ...unmetRendezvous(plan),
    )
  if (plan === null || problems.length > 0) throw invalidScenario(problems, locate)
  return plan
}

/** The plan of a document that fits the schema; null when it has no workload. What is wrong goes to `problems`. */
function resolvePlan(
  document: ScenarioDocument,
  { environment, held, outputs: given }: Overrides,
  seedByChance: number,
  outside: readonly OutsidePlugin[],
  problems: Problem[],
): RunPlan | null {
  const plugins = targetsOf({ plugins: outside })
  const targets = resolveTargets(document, problems, plugins)
  const load = resolveLoad(document, document.seed ?? seedByChance, held ?? null, problems)
  const feeders = resolveFeeders(document.data, problems)
  const { timeouts, drainMs } = resolveWaits(document, load?.plan.phases ?? [])
  const retry = resolveRetry(document.retry)
  const walks = resolveWalks(document, {
    targets,
    plugins,
    timeouts,
    retry,
    mix: (journey) => load?.mixOf(journey) ?? { safe: 1, risky: 1, complex: 1 },
    problems,
  })
  const mocks = resolveMocks(document, { ...walks, targets, plugins, problems })
  const slos = resolveSlos(document, outsideMeasures(outside), problems)
  const enforcement = resolveEnforcement(document, { ...walks, targets, plugins: outside }, problems)
  const outputs = resolveOutputs(document.outputs, given === undefined ? {} : outputAuthors(given), problems)
  const { names, ...sources } = resolveSecretEntries(document.secrets ?? [], problems)
  if (load === null) return null
  return {
    schemaVersion: 1,
    scenario: document.name,
    environment: environment ?? null,
    ...load.plan,
    timeouts,
    retry,
    drainMs,
    connectionsPerAgent: resolveConnections(document, problems),
    precision: document.precision ?? PRECISION,
    targets,
    ...mocks,
    ...(outside.length === 0 ? {} : { plugins: outside }),
    ...walks,
    feeders,
    ...resolveComparisons(document),
    ...enforcement,
    ...outputs,
    ...resolveServices(document),
    ...slos,
    allowHosts: document.allowHosts ?? [],
    ...(document.allowCommands === undefined ? {} : { allowCommands: document.allowCommands }),
    secrets: secretNamesIn(document, [...names, ...outside.flatMap(({ needs }) => needs['env'] ?? [])]),
    ...sources,
  }
}
