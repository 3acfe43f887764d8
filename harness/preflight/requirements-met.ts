import { messageOf } from '../base/errors.ts'
import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'
import type { Requirement } from '../ports/requirement.ts'

const NAME = 'requirements-met'

/** Checks what the scenario requires: services, databases, programs, GPUs. */
export const requirementsMet: PreflightCheck = {
  name: NAME,
  summary: 'everything that the scenario requires is there',
  check({ requirements }) {
    if (requirements.length === 0)
      return Promise.resolve([{ check: NAME, level: 'ok', message: 'nothing is required' }])
    return Promise.all(requirements.map(findingOf))
  },
}

async function findingOf(requirement: Requirement): Promise<PreflightFinding> {
  const { name } = requirement
  try {
    return { check: NAME, level: 'ok', message: `${name}: ${await requirement.check()}` }
  } catch (error) {
    return {
      check: NAME,
      level: 'blocked',
      message: `${name}: ${messageOf(error)}`,
      hint: 'Start or repair it, or take it out of `requires` if the run does not need it.',
    }
  }
}
