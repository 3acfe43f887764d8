/** The types of a TypeScript scenario, checked by the compiler of the project that it is in. */
import { extname, resolve } from 'node:path'
import { HarnessError } from '../base/errors.ts'
import type { Host } from '../ports/host.ts'
import { typeProblems } from '../system/type-check.ts'

/** @throws HarnessError SCENARIO_INVALID with every type error, USAGE for a file without types, TYPESCRIPT_MISSING, TYPES_UNCHECKED */
export async function requireTypes(source: string, { cwd, env }: Pick<Host, 'cwd' | 'env'>): Promise<void> {
  const file = resolve(cwd, source)
  if (!['.ts', '.mts'].includes(extname(file)))
    throw new HarnessError('USAGE', `--types is for scenarios in TypeScript, and ${source} is none`, {
      hint: 'Leave --types out: everything else of the scenario is checked without it.',
    })
  const problems = await typeProblems(file, cwd, env)
  if (problems.length === 0) return
  throw new HarnessError('SCENARIO_INVALID', `${source} does not fit its types`, {
    problems,
    hint: 'Fix the places named above.',
  })
}
