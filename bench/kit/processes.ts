/** Processes of a benchmark: pinned to a core, watched from outside, ended by pid. Linux only: it reads /proc. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const SAMPLE_MS = 50
/** `getconf CLK_TCK`; 100 on every Linux that Node runs on. */
const TICK_MS = 10
const PAGE_BYTES = 4096

/** CPU and memory of a process and its children at one instant. */
interface Sample {
  readonly atMs: number
  readonly cpuMs: number
  readonly rssBytes: number
}

/** A command that runs on given cores. */
export interface Pinned {
  readonly command: readonly string[]
  /** As for taskset: '1' or '0,1'. */
  readonly cores: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** How a watched command ended. */
export interface Watched {
  readonly stdout: string
  readonly stderr: string
  readonly status: number | null
  /** Wall-clock instants, ms since the epoch. */
  readonly startedMs: number
  readonly endedMs: number
  /** CPU between two wall-clock instants, interpolated between samples. */
  cpuMsBetween(fromMs: number, toMs: number): number
  readonly cpuMs: number
  readonly peakRssBytes: number
}

/** Starts a command on its cores. */
export function startPinned({ command, cores, cwd, env }: Pinned): ChildProcess {
  return spawn('taskset', ['-c', cores, ...command], {
    cwd: cwd ?? process.cwd(),
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs a command to its end and looks at it all the while. */
export async function watchPinned(pinned: Pinned): Promise<Watched> {
  const startedMs = Date.now()
  const child = startPinned(pinned)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const samples: Sample[] = [{ atMs: startedMs, cpuMs: 0, rssBytes: 0 }]
  let over = false
  const ended = once(child, 'close').then(([status]) => {
    over = true
    return status as number | null
  })
  while (!over) {
    const sample = sampleTree(child.pid as number)
    if (sample !== null) samples.push(sample)
    await Promise.race([sleep(SAMPLE_MS), ended])
  }
  const last = samples[samples.length - 1] as Sample
  return {
    stdout,
    stderr,
    status: await ended,
    startedMs,
    endedMs: Date.now(),
    cpuMsBetween: (fromMs, toMs) => cpuMsAt(samples, toMs) - cpuMsAt(samples, fromMs),
    cpuMs: last.cpuMs,
    peakRssBytes: Math.max(...samples.map(({ rssBytes }) => rssBytes)),
  }
}

/** Ends a process that we started, and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'exit')
  child.kill('SIGTERM')
  await closed
}

/** Whether a command is on the PATH. */
export function has(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' })
    return true
  } catch {
    // Not being there is the answer.
    return false
  }
}

function cpuMsAt(samples: readonly Sample[], atMs: number): number {
  const next = samples.findIndex((sample) => sample.atMs >= atMs)
  if (next === -1) return (samples[samples.length - 1] as Sample).cpuMs
  if (next === 0) return (samples[0] as Sample).cpuMs
  const before = samples[next - 1] as Sample
  const after = samples[next] as Sample
  return before.cpuMs + ((after.cpuMs - before.cpuMs) * (atMs - before.atMs)) / (after.atMs - before.atMs)
}

/** Null when the process is gone. */
function sampleTree(pid: number): Sample | null {
  let cpuTicks = 0
  let pages = 0
  try {
    for (const id of treeOf(pid)) {
      const text = readFileSync(`/proc/${id}/stat`, 'latin1')
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      // Fields 14 to 17 of proc(5): own time, and that of children already waited for; 24: resident pages.
      for (const field of [11, 12, 13, 14]) cpuTicks += Number(fields[field])
      pages += Number(fields[21])
    }
  } catch {
    // It ended while it was looked at; the sample before stands.
    return null
  }
  return { atMs: Date.now(), cpuMs: cpuTicks * TICK_MS, rssBytes: pages * PAGE_BYTES }
}

function treeOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number),
  )
  return [pid, ...children.flatMap(treeOf)]
}
