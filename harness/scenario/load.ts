/** Gets a scenario from where it is (TypeScript, YAML, JSON, or a bare URL) into one document, not yet checked. */

import { resolve } from 'node:path'
import { HarnessError, messageOf } from '../base/errors.ts'
import { ownFile } from '../base/own-files.ts'
import type { ScenarioModule } from '../model/plan.ts'
import { runInThread, ThreadTimeout, workerOptions } from '../system/worker-thread.ts'
import { bundleScenario } from './bundle.ts'
import { LOAD_LIMIT_MS } from './defaults.ts'
import { plainRequest, scenarioFromUrls, type UrlSource } from './from-url/url-scenario.ts'
import type { Inspection } from './inspect-worker.ts'
import type { LocatePath } from './text-file.ts'
import { isTextScenario, loadTextScenario } from './text-scenario.ts'

/** A scenario as it was found. */
export interface LoadedScenario {
  /** To be checked by `resolveScenario`. */
  readonly document: unknown
  /** Null for a bare URL. */
  readonly file: string | null
  readonly module: ScenarioModule | null
  readonly scenarioHash: string | null
  /** Finds the place of a path in a text file; null for modules and URLs. */
  readonly locate: LocatePath | null
}

/**
 * Loads a file or makes a scenario of a URL.
 * @throws HarnessError SCENARIO_NOT_FOUND, SCENARIO_INVALID, SCENARIO_LOAD_FAILED, SCENARIO_TIMEOUT
 */
export async function loadScenario(
  source: string,
  cwd: string,
  limitMs = LOAD_LIMIT_MS,
): Promise<LoadedScenario> {
  if (/^https?:\/\//.test(source)) {
    return scenarioOfUrls({ requests: [plainRequest(source)], settings: {} })
  }
  const file = resolve(cwd, source)
  if (isTextScenario(file)) return { ...(await loadTextScenario(file)), file, module: null }
  const { module, scenarioHash } = await bundleScenario(file)
  return { document: await inspect(file, module, limitMs), file, module, scenarioHash, locate: null }
}

/** Makes a scenario of requests. @throws HarnessError SCENARIO_INVALID */
export function scenarioOfUrls(source: UrlSource): LoadedScenario {
  return { document: scenarioFromUrls(source), file: null, module: null, scenarioHash: null, locate: null }
}

async function inspect(file: string, module: ScenarioModule, limitMs: number): Promise<object> {
  const inspection = await inspectInThread(file, module, limitMs)
  switch (inspection.kind) {
    case 'scenario':
      return inspection.document
    case 'no-scenario':
      throw new HarnessError('SCENARIO_LOAD_FAILED', `${file} holds no scenario: ${inspection.found}`, {
        hint: 'End the file with `export default defineScenario({ ... })`.',
      })
    case 'threw':
      throw new HarnessError(
        'SCENARIO_LOAD_FAILED',
        `${file} failed while it was loaded: ${inspection.message}`,
        {
          problems: inspection.at === null ? [] : [{ path: inspection.at, message: inspection.message }],
          hint: 'The error was thrown by the module itself, at the line above where there is one.',
        },
      )
  }
}

async function inspectInThread(file: string, module: ScenarioModule, limitMs: number): Promise<Inspection> {
  const worker = workerOptions(ownFile('scenario/inspect-worker'))
  try {
    return (await runInThread({
      worker,
      run: 'inspectModule',
      argument: module.path,
      limitMs,
    })) as Inspection
  } catch (cause) {
    if (cause instanceof ThreadTimeout) {
      throw new HarnessError('SCENARIO_TIMEOUT', `${file} did not load within ${limitMs / 1000} s`, {
        cause,
        hint: 'Its top level must end: look for an endless loop or an await that never settles; slow work belongs into setup.',
      })
    }
    throw new HarnessError('SCENARIO_LOAD_FAILED', `${file} ended its thread: ${messageOf(cause)}`, {
      cause,
      hint: 'Look for what its top level starts: memory without end, or an error nobody catches.',
    })
  }
}
