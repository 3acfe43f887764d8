import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { HarnessError, type Problem } from '../../harness/base/errors.ts'
import type { RunPlan } from '../../harness/model/plan.ts'
import type { Overrides } from '../../harness/scenario/overrides.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { withScratch } from './sandbox.ts'

type Json = Record<string, unknown>

/** The smallest document there is, and what a test changes about it. */
export function aDocument(changes: Json = {}): Json {
  return {
    name: 'test',
    target: { plugin: 'http', config: { url: 'http://127.0.0.1:7070' } },
    workload: { pattern: 'constant-agents', agents: 3, duration: '10s' },
    journeys: { buy: { steps: [aRequest('/items')] } },
    ...changes,
  }
}

/** A request step. */
export function aRequest(path: string, changes: Json = {}): Json {
  return { request: { path }, ...changes }
}

/** The plan of a document. */
export function planOf(document: unknown, overrides: Overrides = {}): RunPlan {
  return resolveScenario(document, overrides, 1)
}

/** Everything wrong with a document; empty when it resolves. */
export function problemsOf(document: unknown, overrides: Overrides = {}): readonly Problem[] {
  try {
    planOf(document, overrides)
    return []
  } catch (error) {
    return harnessErrorOf(error, 'SCENARIO_INVALID').problems
  }
}

/** The error, if it has the code; anything else is thrown on. */
export function harnessErrorOf(error: unknown, code: HarnessError['code']): HarnessError {
  if (error instanceof HarnessError && error.code === code) return error
  throw error
}

/** What a promise is rejected with. */
export async function rejectionOf(
  promise: Promise<unknown>,
  code: HarnessError['code'],
): Promise<HarnessError> {
  try {
    await promise
  } catch (error) {
    return harnessErrorOf(error, code)
  }
  throw new Error(`nothing was thrown, ${code} was expected`)
}

/** A folder that holds these files, gone after the body. */
export function withFiles(
  files: Readonly<Record<string, string>>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  return withScratch(async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    await body(folder)
  })
}
