/** Requirements, checked again while load runs: what a run needs may go away in the middle of it. */
import { type Clock, sleep } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Requirement } from '../../ports/requirement.ts'

const EVERY_MS = 30_000
/** A check that fails is made once more after this pause: a single one may be a hiccup of the busy generator. */
const AGAIN_MS = 1_000

/** A requirement that was lost, or came back. */
export interface RequirementChange {
  readonly requirement: Requirement
  /** The failure of the check; null when it is back. */
  readonly problem: string | null
}

/** Checks each requirement every 30 s, beginning 30 s after the call, and calls back for changes until it is stopped. */
export function watchRequirements(
  requirements: readonly Requirement[],
  clock: Clock,
  onChange: (change: RequirementChange) => void,
): () => void {
  let isStopped = false
  const watches = requirements.map((requirement) => {
    let isLost = false
    let isChecking = false
    const look = async () => {
      if (isChecking) return
      isChecking = true
      const problem = isLost ? await problemOf(requirement) : await lastingProblemOf(requirement, clock)
      isChecking = false
      if (isStopped || (problem !== null) === isLost) return
      isLost = problem !== null
      onChange({ requirement, problem })
    }
    return clock.every(EVERY_MS, () => void look())
  })
  return () => {
    isStopped = true
    for (const cancel of watches) cancel()
  }
}

async function lastingProblemOf(requirement: Requirement, clock: Clock): Promise<string | null> {
  if ((await problemOf(requirement)) === null) return null
  await sleep(clock, AGAIN_MS)
  return problemOf(requirement)
}

function problemOf(requirement: Requirement): Promise<string | null> {
  return requirement.check().then(() => null, messageOf)
}
