/** Commands of this machine: started without a shell, from their start to their end. */
import { availableParallelism } from 'node:os'
import { messageOf } from '../../base/errors.ts'
import { formatDurationMs } from '../../base/units.ts'
import { ERROR_KINDS } from '../../model/outcome.ts'
import type { DriverContext } from '../../ports/target.ts'
import type { TargetPlugin } from '../../ports/target-plugin.ts'
import { askOnce } from '../ask-once.ts'
import { type ExecConfig, type ExecRequest, execConfigSchema, execRequestSchema } from './schema.ts'
import { exitStatus } from './status.ts'

const PROBE_LIMIT_MS = 5000
const PROBE_TIMEOUTS = { connectMs: PROBE_LIMIT_MS, firstByteMs: PROBE_LIMIT_MS, totalMs: PROBE_LIMIT_MS }
/** The command that does nothing: its time is the least that any can take. */
const NOTHING = 'true'

/** The `exec` plugin. */
export const execPlugin: TargetPlugin = {
  name: 'exec',
  configSchema: execConfigSchema,
  requestSchema: execRequestSchema,
  status: exitStatus,
  pool: availableParallelism(),
  connectionsOf: () => 'none',
  nameOf: (request) => commandOf(request),
  hostsOf: () => [],
  commandOf,
  async probe(config, clock) {
    const startMs = clock.nowMs()
    const about = (reachable: boolean, message: string) => ({
      reachable,
      message,
      elapsedMs: clock.nowMs() - startMs,
    })
    try {
      const seen = await askOnce({
        createDriver: (context) => createDriver(config, { ...context, allowCommands: [NOTHING] }),
        request: { run: [NOTHING] },
        timeouts: PROBE_TIMEOUTS,
        clock,
      })
      if (seen.errorKind !== 0) return about(false, `${ERROR_KINDS[seen.errorKind]}: ${seen.errorText}`)
      const took = formatDurationMs(seen.doneMs - seen.sentMs)
      return about(true, `\`${NOTHING}\` took ${took}: no command takes less here`)
    } catch (thrown) {
      return about(false, messageOf(thrown))
    }
  },
  createDriver,
}

function commandOf(request: Readonly<Record<string, unknown>>): string {
  return (request as ExecRequest).run[0] ?? ''
}

async function createDriver(config: Readonly<Record<string, unknown>>, context: DriverContext) {
  const { ExecDriver } = await import('./driver.ts')
  return new ExecDriver(config as ExecConfig, context)
}
