import { readdirSync, readFileSync } from 'node:fs'

/** Processes that a library starts once and keeps. */
const SERVICES = /esbuild --service=/
/** How long what a test file started may take to go away by itself. */
const GRACE_MS = 15_000
const POLL_MS = 20
/** Set by sharp when it is loaded, and read by libvips. */
const VARIABLES_OF_LIBRARIES = new Set(['VIPSHOME'])

/** What test files share because they share a process. */
interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly listeners: ReadonlyMap<string, number>
  readonly resources: ReadonlyMap<string, number>
  readonly processes: ReadonlyMap<number, string>
}

/** The state of this process before a test file, and a check of what the file left behind. */
export class SurroundingsCheck {
  readonly #before = lookAround()
  #listenersBefore = this.#before.listeners

  /** To be called when the file's modules are loaded: what libraries listen to is not the file's matter. */
  loaded(): void {
    this.#listenersBefore = lookAround().listeners
  }

  /** Waits until what the file started is gone; puts back what it changed, and names what it left. */
  async complaints(): Promise<string[]> {
    const deadline = performance.now() + GRACE_MS
    let left = this.#leftBehind()
    while (left.length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS).unref())
      left = this.#leftBehind()
    }
    const complaints = [...left, ...this.#changed()]
    this.#putBack()
    return complaints
  }

  #leftBehind(): string[] {
    const now = lookAround()
    return [
      ...grown(this.#before.resources, now.resources).map((what) => `left ${what} open`),
      ...grown(this.#listenersBefore, now.listeners).map((what) => `left a listener on process: ${what}`),
      ...[...now.processes]
        .filter(([pid]) => !this.#before.processes.has(pid))
        .map(([pid, command]) => `left process ${pid} running: ${command}`),
    ]
  }

  #changed(): string[] {
    const { cwd, env } = this.#before
    const names = new Set([...Object.keys(env), ...Object.keys(process.env)])
    return [
      ...(process.cwd() === cwd ? [] : [`changed the working folder to ${process.cwd()}`]),
      ...[...names]
        .filter((name) => env[name] !== process.env[name] && !VARIABLES_OF_LIBRARIES.has(name))
        .map((name) => `changed the variable ${name}`),
    ]
  }

  #putBack(): void {
    const { cwd, env, processes } = this.#before
    process.chdir(cwd)
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
    Object.assign(process.env, env)
    for (const pid of ownProcesses().keys())
      if (!processes.has(pid))
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It ended by itself.
        }
  }
}

function lookAround(): Surroundings {
  return {
    cwd: process.cwd(),
    env: { ...process.env },
    listeners: new Map(process.eventNames().map((name) => [String(name), process.listenerCount(name)])),
    resources: counted(process.getActiveResourcesInfo()),
    processes: ownProcesses(),
  }
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function grown(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string[] {
  return [...now]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([name, more]) => `${more} ${name}`)
}

/** Living processes started by this one, directly or in its process group: command lines by id. Known on Linux only. */
function ownProcesses(): Map<number, string> {
  const found = new Map<number, string>()
  for (const pid of processIds()) {
    const { parent, group, isDead } = familyOf(pid)
    if (pid === process.pid || isDead || (parent !== process.pid && group !== process.pid)) continue
    const command = commandOf(pid)
    if (!SERVICES.test(command)) found.set(pid, command)
  }
  return found
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function familyOf(pid: number): {
  readonly parent: number
  readonly group: number
  readonly isDead: boolean
} {
  // After the name, which may hold anything: state, parent, group.
  const [state, parent, group] = textOf(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  return { parent: Number(parent), group: Number(group), isDead: state === 'Z' || state === '' }
}

function commandOf(pid: number): string {
  return textOf(pid, 'cmdline').replaceAll('\0', ' ').trim()
}

function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
