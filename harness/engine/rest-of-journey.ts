/** The pauses that an agent keeps that gives up its journey: it is no faster for that. */
import type { AgentTable } from './agents.ts'
import { type Flow, isFlowOp } from './flow.ts'
import type { Op } from './program.ts'

/** The number of operations that are looked at, however often they repeat. */
const SEEN_MAX = 10_000

/** Draws the pauses after the current operation, ms from `atMs` on. */
export function drawRestMs(
  agent: number,
  ops: readonly Op[],
  agents: AgentTable,
  flow: Flow | null,
  atMs: number,
): number {
  let restMs = 0
  let step = (agents.step[agent] as number) + 1
  for (let seen = 0; seen < SEEN_MAX && step < ops.length; seen++) {
    const op = ops[step] as Op
    if (op.kind === 'think') restMs += agents.drawMs(agent, op)
    if (flow !== null && op.kind === 'pace') restMs = flow.passPace(agent, op, atMs + restMs) - atMs
    step = flow !== null && isFlowOp(op) ? flow.nextAfterFailure(agent, op, step) : step + 1
  }
  return restMs
}
