/** From a file or URL to a plan: load, resolve, hash. Touches no target. */
import { isAbsolute, relative, sep } from 'node:path'
import { lookUp } from '../../base/names.ts'
import { seedFromChance } from '../../base/random.ts'
import { unlessStopped } from '../../base/stop-request.ts'
import type { RunPlan, ScenarioModule } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import { withDotEnv, withEnvironmentVariables } from '../../scenario/environment-variables.ts'
import { inEnvironment } from '../../scenario/environments.ts'
import { readScenarioFiles } from '../../scenario/files.ts'
import { loadScenario, scenarioOfUrls } from '../../scenario/load.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { hashLoad, hashPlan } from '../../scenario/plan-hash.ts'
import { loadPlugins } from '../../scenario/plugins/load-plugins.ts'
import { withPreset } from '../../scenario/presets.ts'
import { readProjectConfig } from '../../scenario/project-config.ts'
import { resolveScenario } from '../../scenario/resolve.ts'

/** A scenario, resolved. */
export interface PreparedPlan {
  readonly plan: RunPlan
  readonly planHash: string
  readonly loadHash: string
  readonly scenarioHash: string | null
  readonly scenarioFile: string | null
  readonly module: ScenarioModule | null
  /** The environment, with what a `.env` beside the scenario adds. */
  readonly env: Host['env']
}

/** Loads and resolves a scenario. @param signal aborted, nobody waits for it any more @throws HarnessError SCENARIO_*, INTERRUPTED */
export function preparePlan(
  source: string,
  overrides: Overrides,
  host: Host,
  signal: AbortSignal = new AbortController().signal,
): Promise<PreparedPlan> {
  return unlessStopped(signal, 'while the scenario was loaded', async () => {
    const { urls } = overrides
    const loaded = urls === undefined ? await loadScenario(source, host.cwd) : scenarioOfUrls(urls)
    const env = await withDotEnv(loaded.file, host.env)
    const written =
      loaded.file === null ? loaded.document : withEnvironmentVariables(loaded.document, env, loaded.locate)
    const { outputs: byConfig, environments = {} } = await readProjectConfig(host.cwd)
    const { environment = '' } = overrides
    const preset = lookUp(environments, environment)
    const stated = preset === undefined ? written : withPreset(written, environment, preset)
    const document = await readScenarioFiles(stated, loaded.file, host.cwd)
    const plugins = await loadPlugins(inEnvironment(document, overrides.environment), {
      scenarioFile: loaded.file,
      cwd: host.cwd,
      pluginRoots: overrides.pluginRoots ?? [],
    })
    const outputs = { byFlag: overrides.outputs?.byFlag ?? {}, byConfig }
    const plan = resolveScenario(
      document,
      { ...overrides, outputs },
      seedFromChance(),
      loaded.locate,
      plugins,
    )
    return {
      plan,
      planHash: hashPlan(plan),
      loadHash: hashLoad(plan),
      scenarioHash: loaded.scenarioHash,
      scenarioFile: loaded.file === null ? null : fileBelow(loaded.file, host.cwd),
      module: loaded.module,
      env,
    }
  })
}

/** Path as a repository names it; null outside of the folder. */
function fileBelow(file: string, folder: string): string | null {
  const path = relative(folder, file)
  return path.startsWith('..') || isAbsolute(path) ? null : path.split(sep).join('/')
}
