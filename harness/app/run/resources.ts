/** CPU, memory and whatever else is watched while load runs: of this process, the machine, the targets, and what the plan's probes see. */
import type { Clock } from '../../base/clock.ts'
import type { IntervalResources } from '../../measure/merge-interval.ts'
import type { PluginPlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { machineLimits } from '../../probes/cgroup-files.ts'
import { resourceProbes } from '../../probes/index.ts'
import { watchMachine } from '../../probes/machine.ts'
import { type ProcessSample, watchProcess } from '../../probes/process.ts'

const SAMPLE_MS = 1_000
/** A sample that is older says nothing about the interval: its probe hangs. */
const FRESH_MS_MAX = 3_000

/** Processes and probes that are watched besides the generator. */
export interface Watched {
  /** Processes of targets. */
  readonly pids: readonly number[]
  /** By name; secrets filled in. */
  readonly probes: Readonly<Record<string, PluginPlan>>
  /** Called with what keeps a probe from seeing anything. */
  readonly note: (message: string) => void
}

export interface WatchedResources {
  /** Usage since it was taken before. */
  take(): IntervalResources
  totals(): RunRecord['generator']
  stop(): void
}

/** Begins to watch; everything is sampled once a second, until `stop`. */
export function watchResources({ pids, probes, note }: Watched, clock: Clock): WatchedResources {
  const generator = watchGenerator(clock)
  const targets = pids.map((pid) => follow(watchProcess(pid, clock), clock))
  const named = Object.entries(probes).map(([name, { plugin, config }]) => {
    const context = { clock, note: (message: string) => note(`probe ${name}: ${message}`) }
    return [name, follow(resourceProbes.get(plugin).create(config, context), clock)] as const
  })
  return {
    take: () => ({
      generator: generator.take(),
      target: together(targets.map(({ latest }) => latest()).filter((sample) => sample !== null)),
      probes: Object.fromEntries(named.map(([name, { latest }]) => [name, latest()])),
    }),
    totals: generator.totals,
    stop() {
      for (const followed of [...targets, ...named.map(([, probe]) => probe)]) followed.stop()
    },
  }
}

/** A probe with its last sample; null when it gave none, or none for too long. */
interface Followed<Sample> {
  latest(): Sample | null
  stop(): void
}

/** Each at its own pace: a slow probe is asked again when it has answered, and keeps nobody waiting. */
function follow<Sample>(
  probe: { sample(): Promise<Sample | null>; stop(): void },
  clock: Clock,
): Followed<Sample> {
  let seen: { readonly sample: Sample | null; readonly atMs: number } | null = null
  let asked = false
  const look = async () => {
    if (asked) return
    asked = true
    const sample = await probe.sample().catch(() => null)
    asked = false
    seen = { sample, atMs: clock.nowMs() }
  }
  void look()
  const cancel = clock.every(SAMPLE_MS, () => void look())
  return {
    latest: () => (seen !== null && clock.nowMs() - seen.atMs <= FRESH_MS_MAX ? seen.sample : null),
    stop() {
      cancel()
      probe.stop()
    },
  }
}

/** Several processes as one. The ratio is that of whichever limit is nearest: each one's own, or the machine's for all of them. */
function together(samples: readonly ProcessSample[]): IntervalResources['target'] {
  if (samples.length === 0) return null
  const cpuCores = samples.reduce((sum, sample) => sum + sample.cpuCores, 0)
  const rssBytes = samples.reduce((sum, sample) => sum + sample.rssBytes, 0)
  const machine = machineLimits()
  return {
    cpuCores,
    rssBytes,
    cpuRatio: Math.max(cpuCores / machine.cpuCores, ...samples.map(({ cpuRatio }) => cpuRatio)),
    memoryRatio: Math.max(rssBytes / machine.memoryBytes, ...samples.map(({ memoryRatio }) => memoryRatio)),
  }
}

/** This process, and the machine under it. */
export function watchGenerator(clock: Clock) {
  const startCpu = process.cpuUsage()
  let lastCpu = startCpu
  let lastMs = clock.nowMs()
  let maxRssBytes = 0
  const machine = watchMachine(clock)
  return {
    take(): IntervalResources['generator'] {
      const cpu = process.cpuUsage(lastCpu)
      const nowMs = clock.nowMs()
      const rssBytes = process.memoryUsage.rss()
      maxRssBytes = Math.max(maxRssBytes, rssBytes)
      const cpuCores = (cpu.user + cpu.system) / 1000 / Math.max(1, nowMs - lastMs)
      lastCpu = process.cpuUsage()
      lastMs = nowMs
      return { cpuCores, rssBytes, ...machine.sample() }
    },
    totals(): RunRecord['generator'] {
      const cpu = process.cpuUsage(startCpu)
      return {
        cpuS: (cpu.user + cpu.system) / 1e6,
        maxRssBytes: Math.max(maxRssBytes, process.memoryUsage.rss()),
      }
    },
  }
}
