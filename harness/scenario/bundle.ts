/** Bundles a scenario module once, so that every thread loads the same file and its sources have one hash. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ScenarioModule } from '../model/plan.ts'
import { bundleModule, sha256 } from '../system/bundle-module.ts'
import { requireFile, SCENARIO_FILE } from './require-file.ts'

/** A bundled scenario and the hash of its sources: the file and everything it imports by path. */
export interface BundledScenario {
  readonly module: ScenarioModule
  readonly scenarioHash: string
}

/** Bundles a .ts, .mts, .js or .mjs file (absolute path). @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED */
export async function bundleScenario(file: string): Promise<BundledScenario> {
  await requireFile(file, SCENARIO_FILE)
  const { path, sources } = await bundleModule(file, {
    code: 'SCENARIO_LOAD_FAILED',
    hint: 'A scenario is a TypeScript or JavaScript module with a default export; YAML and JSON files end in .yaml, .yml or .json.',
  })
  return { module: { path }, scenarioHash: await hashSources(sources, dirname(file)) }
}

async function hashSources(sources: readonly string[], folder: string): Promise<string> {
  const contents = await Promise.all(sources.map((source) => readFile(resolve(folder, source))))
  return sha256(JSON.stringify(sources.map((source, i) => [source, sha256(contents[i] ?? '')])))
}
