/** Refreshes the expectations of a scenario file by what a trial was answered (`proofload try --update`). */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import type { TriedRequest } from '../../model/tried-request.ts'
import { isTextScenario } from '../../scenario/text-scenario.ts'
import {
  type RefreshedExpectation,
  type UpdatedFile,
  updateExpectations,
} from '../../scenario/update-expectations.ts'

/** @throws HarnessError USAGE for a scenario whose expectations are code, or that has no file */
export function requireUpdatable(source: string): void {
  if (isTextScenario(source)) return
  throw new HarnessError('USAGE', `--update changes scenarios in YAML and JSON, and ${source} is none`, {
    hint: 'Leave --update out, and write what the trial shows into the code.',
  })
}

/** Writes the file where something has changed. */
export async function updateScenario(
  source: string,
  requests: readonly TriedRequest[],
  cwd: string,
): Promise<Omit<UpdatedFile, 'text'>> {
  const file = resolve(cwd, source)
  const before = await readFile(file, 'utf8')
  const { text, ...changes } = updateExpectations(before, refreshedBy(requests))
  if (text !== before) await writeFile(file, text)
  return changes
}

/** The last answer of each expectation that was missed. */
function refreshedBy(requests: readonly TriedRequest[]): RefreshedExpectation[] {
  const found = new Map<string, RefreshedExpectation>()
  for (const { place, expectations } of requests)
    for (const { kind, miss, refreshed } of expectations)
      if (place !== null && miss !== null && refreshed !== undefined)
        found.set(`${place} ${kind}`, { place, kind, value: refreshed })
  return [...found.values()]
}
