/** File systems, FUSE mounts above all: system calls timed around the call, in processes of their own. */
import { messageOf } from '../../base/errors.ts'
import { formatDurationMs } from '../../base/units.ts'
import { ERROR_KINDS } from '../../model/outcome.ts'
import type { DriverContext } from '../../ports/target.ts'
import type { ProbeResult, TargetPlugin } from '../../ports/target-plugin.ts'
import { askOnce } from '../ask-once.ts'
import { type FsConfig, type FsRequest, fsConfigSchema, fsRequestSchema, OPERATIONS } from './schema.ts'
import { errnoStatus } from './status.ts'

const PROBE_LIMIT_MS = 5000
const PROBE_TIMEOUTS = { connectMs: PROBE_LIMIT_MS, firstByteMs: PROBE_LIMIT_MS, totalMs: PROBE_LIMIT_MS }

/** The `fs` plugin. */
export const fsPlugin: TargetPlugin = {
  name: 'fs',
  configSchema: fsConfigSchema,
  requestSchema: fsRequestSchema,
  status: errnoStatus,
  connectionsOf: () => 'none',
  nameOf(request) {
    const operation = OPERATIONS.find((name) => (request as FsRequest)[name] !== undefined) ?? ''
    const { path } = (request as FsRequest)[operation as 'read'] ?? { path: '' }
    return `${operation} ${path}`
  },
  hostsOf: () => [],
  async probe(config, clock) {
    const startMs = clock.nowMs()
    const { root } = config as FsConfig
    const about = (reachable: boolean, message: string): ProbeResult => ({
      reachable,
      message: `${root}: ${message}`,
      elapsedMs: clock.nowMs() - startMs,
    })
    try {
      const seen = await askOnce({
        createDriver: (context) => createDriver({ ...(config as FsConfig), lanes: 1 }, context),
        request: { stat: { path: '.' } },
        timeouts: PROBE_TIMEOUTS,
        clock,
      })
      const problem = seen.errorKind === 0 ? seen.status : `${ERROR_KINDS[seen.errorKind]}: ${seen.errorText}`
      if (problem !== 0)
        return about(false, typeof problem === 'number' ? errnoStatus.nameOf(problem) : problem)
      return about(true, `stat took ${formatDurationMs(seen.doneMs - seen.sentMs)}`)
    } catch (thrown) {
      return about(false, messageOf(thrown))
    }
  },
  createDriver: (config, context) => createDriver(config as FsConfig, context),
}

async function createDriver(config: FsConfig, context: DriverContext) {
  const { FsDriver } = await import('./driver.ts')
  return new FsDriver(config, context)
}
