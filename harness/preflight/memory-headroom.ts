import { formatBytes } from '../base/units.ts'
import { COMPONENT_CELLS_MAX } from '../engine/cell-memory.ts'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'memory-headroom'
/** Measured (ENGINE sections 2 and 3): a thread 8.25 MB, an idle connection 6.7 KB, a code agent 0.7 KB; rounded up. */
const PROCESS_BYTES = 120e6
const THREAD_BYTES = 20e6
const AGENT_BYTES = 12e3
/** Measured: a component's histogram of some 60 pages, in the shard and where it is read. */
const COMPONENT_CELL_BYTES = 35e3

/** The planned agents have to fit, and all components that a shard tells apart: who answers decides how many there are. */
export const memoryHeadroom: PreflightCheck = {
  name: NAME,
  summary: 'the planned agents fit into memory',
  check({ plan, threads, machine }) {
    const threadBytes = THREAD_BYTES + COMPONENT_CELLS_MAX * COMPONENT_CELL_BYTES
    const needed = PROCESS_BYTES + threads * threadBytes + plan.workload.agents * AGENT_BYTES
    const message = `about ${formatBytes(needed)} needed, ${formatBytes(machine.memoryAvailableBytes)} available`
    if (needed <= machine.memoryAvailableBytes)
      return Promise.resolve([{ check: NAME, level: 'ok', message }])
    return Promise.resolve([
      {
        check: NAME,
        level: 'blocked',
        message,
        hint: 'Use fewer --agents or --threads, or a machine with more memory.',
      },
    ])
  },
}
