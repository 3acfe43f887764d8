/** CPU and memory of a control group, such as a container: by its path, or as the group of a process. Linux only. */
import * as z from 'zod'
import type { Clock } from '../base/clock.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { ResourceProbe, ResourceProbePlugin } from '../ports/resource-probe.ts'
import { type Cgroup, type CgroupUse, cgroupAt, cgroupOf, limitsOf, readCgroup } from './cgroup-files.ts'
import { sayOnce } from './say-once.ts'
import { increaseOf, type Reading, watchSpans } from './spans.ts'

interface CgroupReading extends Reading {
  readonly cgroup: Cgroup
  readonly use: CgroupUse
}

/**
 * Starts watching; `value` of a sample is the number of processes of the group that the kernel killed for lack of memory since
 * then.
 * @param find finds the group again for each sample: it may appear later, disappear, and reappear
 */
function watchCgroup(
  find: () => Cgroup | null,
  { clock, say }: { readonly clock: Clock; readonly say: () => void },
): ResourceProbe {
  let stopped = false
  let oomKills = 0
  const spans = watchSpans<CgroupReading>(() => {
    const cgroup = find()
    const use = cgroup === null ? null : readCgroup(cgroup)
    if (cgroup !== null && use !== null) return Promise.resolve({ cgroup, use, atMs: clock.nowMs() })
    say()
    return Promise.resolve(null)
  }, clock)
  return {
    async sample() {
      const { earlier, latest } = await spans.next()
      if (stopped || latest === null) return null
      const { memoryBytes } = latest.use
      const limits = limitsOf(latest.cgroup)
      const cpuCores = earlier === null ? null : coresBetween(earlier, latest)
      oomKills += increaseOf((earlier ?? latest).use.oomKills ?? 0, latest.use.oomKills ?? 0)
      return {
        cpuCores,
        rssBytes: memoryBytes,
        cpuRatio: cpuCores === null ? null : cpuCores / limits.cpuCores,
        memoryRatio: memoryBytes === null ? null : memoryBytes / limits.memoryBytes,
        value: latest.use.oomKills === null ? null : oomKills,
      }
    },
    stop() {
      stopped = true
    },
  }
}

function coresBetween(earlier: CgroupReading, latest: CgroupReading): number | null {
  if (earlier.use.cpuUs === null || latest.use.cpuUs === null) return null
  return increaseOf(earlier.use.cpuUs, latest.use.cpuUs) / 1000 / (latest.atMs - earlier.atMs)
}

const cgroupConfigSchema = z
  .strictObject({
    /** Path of the group, below /sys/fs/cgroup; exactly one of path and pid. */
    path: z
      .string()
      .startsWith('/', 'the path of a group begins with /')
      .optional()
      .describe('Path of the group, below /sys/fs/cgroup'),
    /** Id of a process of the group. */
    pid: z.int().positive().optional().describe('Id of a process of the group'),
  })
  .refine(({ path, pid }) => (path === undefined) !== (pid === undefined), 'exactly one of path and pid')
  .describe('A control group of this machine')
type CgroupConfig = z.output<typeof cgroupConfigSchema>

/** Watches CPU and memory of a control group and, as `probe_value`, processes killed for want of memory since the run began. */
export function cgroupProbe(config: Written<typeof cgroupConfigSchema>): PluginPlan {
  return { plugin: 'cgroup', config }
}

/** Makes the plugin over the files below a folder; the real one is ''. */
export function createCgroupPlugin(root: string): ResourceProbePlugin {
  return {
    name: 'cgroup',
    summary: 'CPU, memory and out-of-memory kills of a control group, such as a container (Linux)',
    configSchema: cgroupConfigSchema,
    hostsOf: () => [],
    create(config, { clock, note }) {
      const { path = '/', pid } = config as CgroupConfig
      const say = sayOnce(note)
      const what = pid === undefined ? `at ${path}` : `of the process ${pid}`
      return watchCgroup(() => (pid === undefined ? cgroupAt(path, root) : cgroupOf(pid, root)), {
        clock,
        say: () => say(`the control group ${what} cannot be read`),
      })
    },
  }
}

/** The `cgroup` plugin. */
export const cgroupPlugin = createCgroupPlugin('')
