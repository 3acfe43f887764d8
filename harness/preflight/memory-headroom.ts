import { formatBytes } from '../base/units.ts'
import { COMPONENT_CELLS_MAX } from '../engine/cell-memory.ts'
import { agentsOf } from '../model/plan-load.ts'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'memory-headroom'
/**
 * The memory use of the process, as measured and rounded up. Measured were: a thread 8.25 MB, an idle connection 6.7 KB, a code
 * agent 0.7 KB.
 */
const PROCESS_BYTES = 120e6
const THREAD_BYTES = 20e6
const AGENT_BYTES = 12e3
/** The measured memory of a component's histogram of about 60 pages, in the shard and in its reader. */
const COMPONENT_CELL_BYTES = 35e3

/**
 * Checks that the planned agents fit into memory, with the maximum number of components, as the server decides how many there
 * are.
 */
export const memoryHeadroom: PreflightCheck = {
  name: NAME,
  summary: 'the planned agents fit into memory',
  check({ plan, threads, machine }) {
    const threadBytes = THREAD_BYTES + COMPONENT_CELLS_MAX * COMPONENT_CELL_BYTES
    const needed = PROCESS_BYTES + threads * threadBytes + agentsOf(plan) * AGENT_BYTES
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
