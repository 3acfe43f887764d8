/** CPU and memory of a process: by its id, as the owner of a port, alone or with all its descendants. */
import * as z from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { ResourceProbe, ResourceProbePlugin, ResourceSample } from '../ports/resource-probe.ts'
import { limitsOfProcess } from './cgroup-files.ts'
import { ownerOfPort, ownsPort, type PortOwner } from './port-owner.ts'
import { cpuBetween, readTree, type TreeAccounts } from './process-tree.ts'
import { sayOnce } from './say-once.ts'
import { type Reading, watchSpans } from './spans.ts'

/** The use of a process since the previous sample. */
export interface ProcessSample extends ResourceSample {
  readonly cpuCores: number
  readonly rssBytes: number
  readonly cpuRatio: number
  readonly memoryRatio: number
}

/** Watches processes by id. */
export interface ProcessWatch extends ResourceProbe {
  /**
   * Takes a sample; null when the process is gone or the watch was stopped. Covers the time since the previous sample (the first
   * one:
   * since the watch began), and resolves when that is at least 100 ms.
   */
  sample(): Promise<ProcessSample | null>
}

interface CpuReading extends Reading {
  readonly cpuTimeMs: number
  readonly rssBytes: number
}

/**
 * Starts watching. CPU is read as total time and differenced here, because pidusage keeps one history per process
 * id, which two watches would steal from each other, and returns 0 at first.
 */
export function watchProcess(pid: number, clock: Clock): ProcessWatch {
  return watchCpuTime(pid, clock, async () => {
    const { default: pidusage } = await import('pidusage')
    const usage = await pidusage(pid)
    return { cpuTimeMs: usage.ctime, rssBytes: usage.memory }
  })
}

/**
 * Watches a process and all its descendants; Linux only. Does not use pidusage, which keeps a file open for every process it ever
 * saw.
 */
export function watchProcessTree(pid: number, clock: Clock): ProcessWatch {
  const started = readTree(pid, SYSTEM)?.root.startTicks
  let accounts: TreeAccounts | null = null
  let owedMs = 0
  let cpuTimeMs = 0
  return watchCpuTime(pid, clock, () => {
    const tree = readTree(pid, SYSTEM)
    // The same id with another start time is another process.
    if (tree === null || tree.root.startTicks !== started) return Promise.resolve(null)
    const use = cpuBetween(accounts ?? tree.accounts, tree.accounts, owedMs)
    accounts = tree.accounts
    owedMs = use.owedMs
    cpuTimeMs += use.cpuMs
    return Promise.resolve({ cpuTimeMs, rssBytes: tree.rssBytes })
  })
}

/** The prefix of /proc and /sys on the machine itself. */
const SYSTEM = ''

/** @param read may reject, or resolve with null, when the process is gone */
function watchCpuTime(
  pid: number,
  clock: Clock,
  read: () => Promise<Omit<CpuReading, 'atMs'> | null>,
): ProcessWatch {
  let over = false
  const spans = watchSpans<CpuReading>(async () => {
    // The id may be reused by another process, so a process that is gone stays gone.
    const reading = over ? null : await read().catch(() => null)
    if (reading === null) over = true
    return reading === null ? null : { ...reading, atMs: clock.nowMs() }
  }, clock)
  return {
    async sample() {
      const { earlier, latest } = await spans.next()
      if (over || earlier === null || latest === null) return null
      const cpuCores = (latest.cpuTimeMs - earlier.cpuTimeMs) / (latest.atMs - earlier.atMs)
      const { rssBytes } = latest
      const limits = limitsOfProcess(pid, SYSTEM)
      return {
        cpuCores,
        rssBytes,
        cpuRatio: cpuCores / limits.cpuCores,
        memoryRatio: rssBytes / limits.memoryBytes,
        value: null,
      }
    },
    stop() {
      over = true
    },
  }
}

/** Watches the process that listens on a port, found again when it is gone. */
function watchPortOwner(
  port: number,
  watch: (pid: number) => ProcessWatch,
  note: (message: string) => void,
): ResourceProbe {
  const say = sayOnce(note)
  let current: { readonly owner: PortOwner; readonly watch: ProcessWatch } | null = null
  const follow = () => {
    if (current !== null && ownsPort(current.owner)) return
    current?.watch.stop()
    const owner = ownerOfPort(port, SYSTEM)
    if (owner === null) say(`no visible process listens on port ${port} of this machine`)
    current = owner === null ? null : { owner, watch: watch(owner.pid) }
  }
  let stopped = false
  follow()
  return {
    sample() {
      if (!stopped) follow()
      return current === null ? Promise.resolve(null) : current.watch.sample()
    },
    stop() {
      stopped = true
      current?.watch.stop()
    },
  }
}

const PORT_MAX = 65_535

const processConfigSchema = z
  .strictObject({
    /** Id of the process; exactly one of pid and port. */
    pid: z.int().positive().optional().describe('Id of the process'),
    /** TCP port on which it listens on this machine; found again after a restart (Linux). */
    port: z
      .int()
      .min(1)
      .max(PORT_MAX)
      .optional()
      .describe('TCP port on which it listens on this machine; found again after a restart (Linux)'),
    /** Includes all its descendants (Linux). Default: false. */
    tree: z.boolean().default(false).describe('Includes all its descendants (Linux)'),
  })
  .refine(({ pid, port }) => (pid === undefined) !== (port === undefined), 'exactly one of pid and port')
  .describe('A process of this machine')
type ProcessConfig = z.output<typeof processConfigSchema>

/** Watches CPU and memory of a process of this machine, by one of pid and port: `probe_cpu`, `probe_memory`. */
export function processProbe(config: Written<typeof processConfigSchema>): PluginPlan {
  return { plugin: 'process', config }
}

/** The `process` plugin. */
export const processPlugin: ResourceProbePlugin = {
  name: 'process',
  summary: 'CPU and memory of a process of this machine, by pid or port, alone or with its descendants',
  configSchema: processConfigSchema,
  hostsOf: () => [],
  create(config, { clock, note }) {
    const { pid, port = 0, tree } = config as ProcessConfig
    const watch = (id: number) => (tree ? watchProcessTree(id, clock) : watchProcess(id, clock))
    return pid === undefined ? watchPortOwner(port, watch, note) : watch(pid)
  },
}
