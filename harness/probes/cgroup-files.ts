/**
 * Control groups as the kernel's files tell them: version 2 (one tree) and version 1 (a tree for each controller), of which
 * the same three things are read. A limit of any group above holds as well, so the smallest on the way up counts.
 */
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { numberAfter, numberIn, textOf } from './system-files.ts'

const MOUNT = '/sys/fs/cgroup'

/** Folders of one group. */
export interface Cgroup {
  readonly version: 1 | 2
  /** Top of the tree. */
  readonly mount: string
  readonly cpu: string
  /** Version 1 counts time in a tree of its own. */
  readonly cpuAccount: string
  readonly memory: string
}

export interface CgroupUse {
  /** CPU time so far, µs. */
  readonly cpuUs: number | null
  /** Memory that cannot simply be dropped: without inactive file cache, which would fill any limit in time. */
  readonly memoryBytes: number | null
  /** Processes killed for want of memory, since the group was made. */
  readonly oomKills: number | null
}

/** What a process or group may use. */
export interface Limits {
  readonly cpuCores: number
  readonly memoryBytes: number
}

/** The group at a path below the mount; also with the mount in front. @param root stands before /sys */
export function cgroupAt(path: string, root: string): Cgroup {
  const below = path.startsWith(`${MOUNT}/`) ? path.slice(MOUNT.length) : path
  return placeOf(root, (top) => join(top, below))
}

/** The group of a process; null when it is gone, or the group lies outside of what can be seen. @param root stands before /proc and /sys */
export function cgroupOf(pid: number, root: string): Cgroup | null {
  const text = textOf(`${root}/proc/${pid}/cgroup`)
  if (text === null) return null
  // One line a tree: `0::/path` in version 2, `4:cpu,cpuacct:/path` in version 1.
  const paths = new Map<string, string>()
  for (const line of text.trim().split('\n')) {
    const [, controllers = '', ...path] = line.split(':')
    for (const controller of controllers.split(',')) paths.set(controller, path.join(':'))
  }
  if ([...paths.values()].some((path) => path.startsWith('/..'))) return null
  // A container without a namespace for its groups is told the host's path, and sees only its own group, as the top.
  return placeOf(root, (top, controller) => {
    const folder = join(top, paths.get(controller) ?? '')
    return existsSync(folder) ? folder : top
  })
}

function placeOf(root: string, folderOf: (top: string, controller: string) => string): Cgroup {
  const mount = `${root}${MOUNT}`
  const version = existsSync(join(mount, 'cgroup.controllers')) ? 2 : 1
  const folder = (controller: string) =>
    version === 2 ? folderOf(mount, '') : folderOf(join(mount, controller), controller)
  return { version, mount, cpu: folder('cpu'), cpuAccount: folder('cpuacct'), memory: folder('memory') }
}

/** Null when nothing of it can be read. */
export function readCgroup(cgroup: Cgroup): CgroupUse | null {
  const use = cgroup.version === 2 ? readVersion2(cgroup) : readVersion1(cgroup)
  return Object.values(use).every((value) => value === null) ? null : use
}

function readVersion2({ cpu, memory }: Cgroup): CgroupUse {
  return {
    cpuUs: numberAfter('usage_usec', textOf(`${cpu}/cpu.stat`)),
    memoryBytes: withoutCache(numberIn(`${memory}/memory.current`), memory, 'inactive_file'),
    oomKills: numberAfter('oom_kill', textOf(`${memory}/memory.events`)),
  }
}

function readVersion1({ cpuAccount, memory }: Cgroup): CgroupUse {
  const cpuNs = numberIn(`${cpuAccount}/cpuacct.usage`)
  return {
    cpuUs: cpuNs === null ? null : cpuNs / 1000,
    memoryBytes: withoutCache(numberIn(`${memory}/memory.usage_in_bytes`), memory, 'total_inactive_file'),
    oomKills: numberAfter('oom_kill', textOf(`${memory}/memory.oom_control`)),
  }
}

function withoutCache(bytes: number | null, folder: string, key: string): number | null {
  if (bytes === null) return null
  return Math.max(0, bytes - (numberAfter(key, textOf(`${folder}/memory.stat`)) ?? 0))
}

/** Of a group; where it has no limit, the machine's. */
export function limitsOf({ version, mount, cpu, memory }: Cgroup): Limits {
  const quota = version === 2 ? quotaVersion2 : quotaVersion1
  const limit = version === 2 ? 'memory.max' : 'memory.limit_in_bytes'
  const machine = machineLimits()
  return {
    cpuCores: Math.min(machine.cpuCores, ...upwards(cpu, mount).map(quota)),
    memoryBytes: Math.min(
      machine.memoryBytes,
      ...upwards(memory, mount).map((folder) => numberIn(`${folder}/${limit}`) ?? Number.POSITIVE_INFINITY),
    ),
  }
}

/** Of a process: its group's. @param root stands before /proc and /sys */
export function limitsOfProcess(pid: number, root: string): Limits {
  const cgroup = cgroupOf(pid, root)
  return cgroup === null ? machineLimits() : limitsOf(cgroup)
}

export function machineLimits(): Limits {
  return { cpuCores: Math.max(1, cpus().length), memoryBytes: totalmem() }
}

/** `150000 100000`: 1.5 cores; `max 100000`: no quota. */
function quotaVersion2(folder: string): number {
  return coresOf(...(textOf(`${folder}/cpu.max`) ?? '').trim().split(' ').map(Number))
}

/** -1: no quota. */
function quotaVersion1(folder: string): number {
  return coresOf(
    numberIn(`${folder}/cpu.cfs_quota_us`) ?? undefined,
    numberIn(`${folder}/cpu.cfs_period_us`) ?? undefined,
  )
}

function coresOf(quotaUs = Number.NaN, periodUs = Number.NaN): number {
  return quotaUs > 0 && periodUs > 0 ? quotaUs / periodUs : Number.POSITIVE_INFINITY
}

function upwards(folder: string, mount: string): string[] {
  return folder === mount || !folder.startsWith(mount)
    ? [mount]
    : [folder, ...upwards(dirname(folder), mount)]
}
