/** The error that lists all problems of a scenario, each where it stands. */
import { HarnessError, type Problem } from '../base/errors.ts'
import type { LocatePath } from './text-scenario.ts'

/** @param locate where paths stand in the file, for documents that were text */
export function invalidScenario(problems: readonly Problem[], locate: LocatePath | null): HarnessError {
  const different = new Map(problems.map((problem) => [`${problem.path}: ${problem.message}`, problem]))
  const count = different.size === 1 ? 'a problem' : `${different.size} problems`
  return new HarnessError('SCENARIO_INVALID', `the scenario has ${count}`, {
    problems: [...different.values()].map((problem) => withPlace(problem, locate)),
    hint: 'Fix the problems listed, then run `proofload check`.',
  })
}

function withPlace(problem: Problem, locate: LocatePath | null): Problem {
  const place = locate?.(problem.path) ?? null
  return place === null ? problem : { ...problem, path: `${problem.path} (${place})` }
}
