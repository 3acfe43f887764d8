/** The error that lists all problems of a scenario, each where it stands. */
import { HarnessError, type Problem } from '../base/errors.ts'
import type { LocatePath } from './text-file.ts'

/** @param locate where paths stand in the file, for documents that were text */
export function invalidScenario(problems: readonly Problem[], locate: LocatePath | null): HarnessError {
  const placed = placedOnce(problems, locate)
  return new HarnessError('SCENARIO_INVALID', `the scenario has ${problemCount(placed)}`, {
    problems: placed,
    hint: 'Fix the problems listed, then run `proofload check`.',
  })
}

/** The different ones of some problems, each with its place in the file. */
export function placedOnce(problems: readonly Problem[], locate: LocatePath | null): readonly Problem[] {
  const different = new Map(problems.map((problem) => [`${problem.path}: ${problem.message}`, problem]))
  return [...different.values()].map((problem) => withPlace(problem, locate))
}

export function problemCount({ length }: readonly Problem[]): string {
  return length === 1 ? 'a problem' : `${length} problems`
}

function withPlace(problem: Problem, locate: LocatePath | null): Problem {
  const path = problem.path === '' ? 'the whole document' : problem.path
  const place = locate?.(problem.path) ?? null
  return { ...problem, path: place === null ? path : `${path} (${place})` }
}
