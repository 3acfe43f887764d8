import { createServer } from 'node:net'
import { systemCodeOf } from '../base/errors.ts'
import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'ports-free'

/** Checks the fixed ports of targets that the run starts. */
export const portsFree: PreflightCheck = {
  name: NAME,
  summary: 'the ports on which the run starts servers are free',
  check({ plan, target }) {
    const ports = Object.values(plan.targets).flatMap(
      ({ plugin, config }) => target(plugin).portsOf?.(config) ?? [],
    )
    if (ports.length === 0)
      return Promise.resolve([{ check: NAME, level: 'ok', message: 'no fixed port needed' }])
    return Promise.all(ports.map(findingOf))
  },
}

async function findingOf(port: number): Promise<PreflightFinding> {
  const failure = await tryToListen(port)
  if (failure === null) return { check: NAME, level: 'ok', message: `port ${port} is free` }
  return {
    check: NAME,
    level: 'blocked',
    message: `port ${port} cannot be used (${failure})`,
    hint: 'Stop the process that listens there, or leave the port out: a free one is then chosen.',
  }
}

function tryToListen(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(systemCodeOf(error) ?? error.message))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(null)))
  })
}
