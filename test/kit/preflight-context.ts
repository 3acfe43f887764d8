import { INITIAL_EMERGENCY } from '../../harness/model/emergency.ts'
import type { MachineFacts, PreflightContext } from '../../harness/ports/preflight.ts'
import { resourceProbes } from '../../harness/probes/index.ts'
import { targets } from '../../harness/targets/index.ts'
import { outputs } from '../../harness/telemetry/outputs/index.ts'
import { aRunPlan, aWorkload } from './plan-builders.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A machine on which everything fits. */
export const roomyMachine: MachineFacts = {
  cores: 4,
  memoryTotalBytes: 16e9,
  memoryAvailableBytes: 8e9,
  loadAverage1m: 0.2,
  openFilesLimit: 20_000,
  ephemeralPorts: 28_000,
}

/** What a check looks at; a plan of ten agents on a roomy machine, and what a test changes about it. */
export function aPreflightContext(
  changes: Omit<Partial<PreflightContext>, 'machine'> & {
    readonly machine?: Partial<MachineFacts>
    readonly agents?: number
  } = {},
): PreflightContext {
  const { machine, agents = 10, ...rest } = changes
  return {
    plan: aRunPlan({
      workloads: [aWorkload({ agents })],
      targets: { main: { plugin: 'http', config: { url: 'http://127.0.0.1:7070' } } },
    }),
    threads: 2,
    folders: [{ path: '/nonexistent/reports', option: '--out' }],
    cwd: '/nonexistent',
    env: {},
    secretFailures: {},
    clock: new VirtualClock(),
    addressesOf: () => Promise.resolve(['127.0.0.1']),
    target: (name) => targets.get(name),
    output: (name) => outputs.get(name),
    probe: (name) => resourceProbes.get(name),
    requirements: [],
    otherHosts: [],
    emergency: () => Promise.resolve(INITIAL_EMERGENCY),
    line: () => Promise.resolve(null),
    writeState: null,
    writeHistory: null,
    ...rest,
    machine: { ...roomyMachine, ...machine },
  }
}
