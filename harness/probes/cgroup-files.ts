/**
 * Control groups as shown by the files of the kernel: version 2 (one tree) and version 1 (a tree for each controller), read
 * into the same three figures. The limits of all parent groups apply too, so the smallest on the way up counts.
 */
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { numberAfter, numberIn, textOf } from './system-files.ts'

const MOUNT = '/sys/fs/cgroup'

/** The folders of one group. */
export interface Cgroup {
  readonly version: 1 | 2
  /** The top of the tree. */
  readonly mount: string
  readonly cpu: string
  /** Version 1 accounts time in a separate tree. */
  readonly cpuAccount: string
  readonly memory: string
}

export interface CgroupUse {
  /** The CPU time so far, µs. */
  readonly cpuUs: number | null
  /** The memory that cannot simply be reclaimed: without inactive file cache, which would fill any limit in time. */
  readonly memoryBytes: number | null
  /** The number of processes killed for lack of memory since the group was created. */
  readonly oomKills: number | null
}

/** The limits of a process or group. */
export interface Limits {
  readonly cpuCores: number
  readonly memoryBytes: number
}

/** Returns the group at a path below the mount; the path may include the mount. @param root prefix of /sys */
export function cgroupAt(path: string, root: string): Cgroup {
  const below = path.startsWith(`${MOUNT}/`) ? path.slice(MOUNT.length) : path
  return placeOf(root, (top) => join(top, below))
}

/**
 * Returns the group of a process; null when the process is gone, or the group is outside the visible tree. @param root prefix of
 * /proc and /sys
 */
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
  // A container without a cgroup namespace sees the host's path, but only its own group, as the top.
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

/** Reads the use of a group; null when nothing of it can be read. */
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

/** Returns the limits of a group; without a limit, those of the machine. */
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

/** Returns the limits of the group of a process. @param root prefix of /proc and /sys */
export function limitsOfProcess(pid: number, root: string): Limits {
  const cgroup = cgroupOf(pid, root)
  return cgroup === null ? machineLimits() : limitsOf(cgroup)
}

export function machineLimits(): Limits {
  return { cpuCores: Math.max(1, cpus().length), memoryBytes: totalmem() }
}

/** Parses the cores of `150000 100000` (1.5 cores) or `max 100000` (no quota). */
function quotaVersion2(folder: string): number {
  return coresOf(...(textOf(`${folder}/cpu.max`) ?? '').trim().split(' ').map(Number))
}

/** Parses the cores of a version 1 quota; -1: no quota. */
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
