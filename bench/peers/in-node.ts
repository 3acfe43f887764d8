/** Peers that are Node libraries: each drives the work in a process of its own and prints what it measured of itself. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { watchPinned } from '../kit/processes.ts'
import { type ClosedFigures, type ClosedWork, GENERATOR_CORE, type Peer } from './peer.ts'

const DRIVER = new URL('./in-node-driver.ts', import.meta.url).pathname

/** What a driver prints, of the time after the warm-up. */
export interface DriverReport {
  readonly requests: number
  readonly elapsedMs: number
  readonly cpuMs: number
}

async function closed(library: string, work: ClosedWork): Promise<ClosedFigures> {
  const command = [process.execPath, '--import', 'tsx', DRIVER, library, JSON.stringify(work)]
  const { stdout, stderr } = await watchPinned({
    command,
    cores: GENERATOR_CORE,
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
  })
  if (!stdout.startsWith('{')) throw new Error(`${library}:\n${stdout}\n${stderr}`)
  const { requests, elapsedMs, cpuMs } = JSON.parse(stdout) as DriverReport
  return {
    requestsPerSec: (requests / elapsedMs) * 1000,
    cpuUsPerRequest: (cpuMs * 1000) / requests,
    command: `${library}, ${work.connections} connections, in bench/peers/in-node-driver.ts`,
  }
}

function versionOf(name: string): string {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** One Client a connection, `dispatch`, the fastest way it has. */
export const undici: Peer = {
  name: 'undici',
  install: 'npm install',
  version: () => versionOf('undici'),
  closed: (work) => closed('undici', work),
}

/** One worker, closed model. */
export const autocannon: Peer = {
  name: 'autocannon',
  install: 'npm install',
  version: () => versionOf('autocannon'),
  closed: (work) => closed('autocannon', work),
}
