import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg, totalmem } from 'node:os'
import type { MachineFacts } from '../ports/preflight.ts'

/** Reads the facts that checks use, once. Facts that only Linux provides are null elsewhere. */
export function readMachineFacts(): MachineFacts {
  const limits = readText('/proc/self/limits')
  const ports = readText('/proc/sys/net/ipv4/ip_local_port_range')
  const openFiles = /Max open files\s+(\d+)/.exec(limits)?.[1]
  const [low, high] = ports.trim().split(/\s+/).map(Number)
  return {
    cores: availableParallelism(),
    memoryTotalBytes: totalmem(),
    // Within the limit of a container, if there is one.
    memoryAvailableBytes: process.availableMemory(),
    loadAverage1m: loadavg()[0] ?? 0,
    openFilesLimit: openFiles === undefined ? null : Number(openFiles),
    ephemeralPorts: low === undefined || high === undefined || Number.isNaN(high) ? null : high - low + 1,
  }
}

/** Returns an id that changes whenever the machine boots; null where the system has none. */
export function readBootId(): string | null {
  return readText('/proc/sys/kernel/random/boot_id').trim() || null
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not Linux: the facts above are null.
    return ''
  }
}
