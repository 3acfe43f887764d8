/** Makes what says who starts: arrivals of the open model, or agents of the closed one. */
import type { Clock } from '../base/clock.ts'
import type { RunPlan } from '../model/plan.ts'
import type { AgentTable } from './agents.ts'
import { ClosedDispatch } from './closed-dispatch.ts'
import type { Demand, Dispatch, SessionStarter } from './dispatch.ts'
import type { IterationBudget } from './iteration-budget.ts'
import type { LoopTurn } from './loop-turn.ts'
import { OpenDispatch } from './open-dispatch.ts'

interface Demanded {
  readonly demand: Demand
  readonly plan: RunPlan
  readonly counters: Float64Array
  readonly clock: Clock
  /** The run start, ms of the clock. */
  readonly startMs: number
}

interface DispatchParts {
  readonly agents: AgentTable
  readonly turn: LoopTurn
  readonly sessions: SessionStarter
  readonly budget: IterationBudget | null
  /** End of the plan, ms of the clock. */
  readonly endMs: number
}

export function createDispatch(
  { demand, plan, counters, clock, startMs }: Demanded,
  { agents, turn, sessions, budget, endMs }: DispatchParts,
): Dispatch {
  const { workload } = plan
  if (demand.model === 'closed')
    return new ClosedDispatch({ demand, agents, workload, sessions, budget, startMs })
  return new OpenDispatch({
    arrivals: demand.arrivals,
    agents: agents.size,
    whenBusy: workload.whenBusy,
    intendedMs: agents.intendedMs,
    counters,
    sessions,
    turn,
    clock,
    startMs,
    endMs,
  })
}
