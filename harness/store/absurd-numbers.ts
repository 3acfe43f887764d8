/** Numbers that nobody measured, in documents that somebody else may have written. */
import type { Problem } from '../base/errors.ts'
import { FIGURE_MAX } from '../model/quantities.ts'

/** More of them say nothing more. */
const PROBLEMS_MAX = 10

/** Finds the numbers of a document that are larger, in either direction, than any figure of a run. */
export function absurdNumbers(document: unknown): Problem[] {
  const problems: Problem[] = []
  const look = (value: unknown, path: string): void => {
    if (problems.length === PROBLEMS_MAX) return
    if (typeof value === 'number' && Math.abs(value) > FIGURE_MAX)
      problems.push({ path, message: `${value} was not measured` })
    if (typeof value !== 'object' || value === null) return
    for (const [key, part] of Object.entries(value)) look(part, path === '' ? key : `${path}.${key}`)
  }
  look(document, '')
  return problems
}
