/** Worker threads from files of this package, for the built form (.js) and for its source (.ts, by tsx). */
import { execArgv as ownArguments } from 'node:process'
import { Piscina } from 'piscina'

/** The options with which a pool starts such a file. */
export interface WorkerOptions {
  readonly filename: string
  readonly execArgv: string[]
}

/** Returns the options for a file that a thread starts with. @param given the options of Node that this process was started with */
export function workerOptions({ href }: URL, given: readonly string[] = ownArguments): WorkerOptions {
  const fromSource = href.endsWith('.ts')
  return {
    filename: href,
    // A thread does not inherit the loader that tsx set up in the main one on Node 20.
    execArgv: [
      '--enable-source-maps',
      ...(fromSource ? ['--import', typeScriptLoader()] : forThreads(given)),
    ],
  }
}

/** Node options that only a whole process accepts, such as those of V8: a thread with one of them does not start. */
const ALONE: ReadonlySet<string> = new Set([
  ...['--no-warnings', '--no-deprecation', '--trace-warnings', '--trace-deprecation', '--trace-uncaught'],
  ...['--preserve-symlinks', '--no-addons', '--cpu-prof', '--heap-prof'],
  ...['--network-family-autoselection', '--no-network-family-autoselection'],
])
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...['--import', '--require', '-r', '--conditions', '-C', '--disable-warning', '--unhandled-rejections'],
  ...['--dns-result-order', '--max-http-header-size'],
  ...['--cpu-prof-dir', '--cpu-prof-interval', '--heap-prof-dir', '--heap-prof-interval'],
])

function forThreads(given: readonly string[]): string[] {
  return given.flatMap((option, i) => {
    const [name = ''] = option.split('=')
    if (ALONE.has(name)) return [option]
    if (!WITH_VALUE.has(name)) return []
    return name === option ? [option, given[i + 1] ?? ''] : [option]
  })
}

function typeScriptLoader(): string {
  const api = import.meta.resolve('tsx/esm/api')
  return `data:text/javascript,import { register } from ${JSON.stringify(api)}; register()`
}

/** Thrown when a thread exceeded its time limit and was ended. */
export class ThreadTimeout extends Error {
  override readonly name = 'ThreadTimeout'
}

/** One task in its own thread. */
export interface ThreadTask {
  readonly worker: WorkerOptions
  /** The name of the function that the file exports. */
  readonly run: string
  /** Its argument, which must survive structured cloning, as must its return value. */
  readonly argument: unknown
  readonly limitMs: number
  /** Ends the thread when it aborts. */
  readonly signal?: AbortSignal
}

/** Runs a task, then ends the thread. Rejects with the error of the task, with `ThreadTimeout`, or because of the signal. */
export async function runInThread({ worker, run, argument, limitMs, signal }: ThreadTask): Promise<unknown> {
  const pool = new Piscina({ ...worker, minThreads: 1, maxThreads: 1 })
  // A thread that dies without a task is an unused replacement; without a listener its error would end the process.
  pool.on('error', () => undefined)
  const limit = AbortSignal.timeout(limitMs)
  try {
    const ended = signal === undefined ? limit : AbortSignal.any([limit, signal])
    return await pool.run(argument, { name: run, signal: ended })
  } catch (cause) {
    if (!limit.aborted) throw cause
    throw new ThreadTimeout(`it took longer than ${limitMs} ms`, { cause })
  } finally {
    await pool.destroy()
  }
}
