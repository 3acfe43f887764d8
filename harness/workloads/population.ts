/** The closed model: how many agents the curve asks for, and which of them belong to a shard. */
import type { Curve } from '../ports/workload.ts'

/** Agents of the whole plan at an instant: the curve's value, rounded half up. */
export function agentsAt(curve: Curve, atMs: number): number {
  return Math.floor(curve.valueAt(atMs) + 0.5)
}

/** Agents of one shard at an instant: of the agents 0 to n - 1, those g with g mod shardCount = shard. */
export function localAgentsAt(curve: Curve, atMs: number, shard: number, shardCount: number): number {
  return Math.max(0, Math.ceil((agentsAt(curve, atMs) - shard) / shardCount))
}
