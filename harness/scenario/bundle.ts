/** Bundles a scenario module once, so that every thread loads the same file and its sources have one hash. */
import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { ScenarioModule } from '../model/plan.ts'
import { bundleModule, sha256 } from '../system/bundle-module.ts'
import { refuseIrregular } from '../system/files.ts'

/** A bundled scenario and the hash of its sources: the file and everything it imports by path. */
export interface BundledScenario {
  readonly module: ScenarioModule
  readonly scenarioHash: string
}

/** Bundles a .ts, .mts, .js or .mjs file (absolute path). @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_LOAD_FAILED */
export async function bundleScenario(file: string): Promise<BundledScenario> {
  await requireFile(file)
  const { path, sources } = await bundleModule(file, {
    code: 'SCENARIO_LOAD_FAILED',
    hint: 'A scenario is a TypeScript or JavaScript module with a default export; YAML and JSON files end in .yaml, .yml or .json.',
  })
  return { module: { path }, scenarioHash: await hashSources(sources, dirname(file)) }
}

/** @throws HarnessError SCENARIO_NOT_FOUND, with the nearest file of the folder. */
export async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch((error: unknown) => error)
  if (!(found instanceof Error)) {
    if ((found as { isFile(): boolean }).isFile()) return
    const what = await refuseIrregular(file).catch(messageOf)
    throw new HarnessError('SCENARIO_NOT_FOUND', `there is no scenario file: ${what}`, {
      hint: 'Give the path of a scenario file, or a URL.',
    })
  }
  const folder = dirname(file)
  const neighbours = existsSync(folder) ? await readdir(folder) : []
  const nearest = nearestName(basename(file), neighbours)
  const address = /(?:^|[\\/])([\w.-]+:\d+(?:\/.*)?)$/.exec(file)?.[1]
  const guess = address === undefined ? nearest && join(folder, nearest) : `http://${address}`
  throw new HarnessError('SCENARIO_NOT_FOUND', `there is no scenario file ${file}`, {
    hint:
      guess === undefined || guess === file
        ? 'Give the path of a scenario file, or a URL.'
        : `Did you mean ${guess}?`,
  })
}

async function hashSources(sources: readonly string[], folder: string): Promise<string> {
  const contents = await Promise.all(sources.map((source) => readFile(resolve(folder, source))))
  return sha256(JSON.stringify(sources.map((source, i) => [source, sha256(contents[i] ?? '')])))
}
