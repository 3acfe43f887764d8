/** The only module that accesses the process. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { text } from 'node:stream/consumers'
import { createSystemClock } from '../base/clock.ts'
import type { Host, Keyboard, SignalName, TextStream } from '../ports/host.ts'

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Creates the host of this process. */
export function createSystemHost(): Host {
  // A limit on the size of files (ulimit -f) must not end a run: heard, the signal makes the write fail instead.
  process.on('SIGXFSZ', () => undefined)
  return {
    args: process.argv.slice(2),
    // biome-ignore lint/style/noProcessEnv: this is the door through which the environment comes in.
    env: process.env,
    cwd: process.cwd(),
    stdout: textStream(process.stdout),
    stderr: textStream(notWaitedFor(process.stderr)),
    ...(process.stdin.isTTY === true && !isInBackground() ? { keyboard: createKeyboard() } : {}),
    clock: createSystemClock(),
    cores: availableParallelism(),
    readStdin: () => text(process.stdin),
    onSignal(listener) {
      const listeners = SIGNALS.map((signal) => [signal, () => listener(signal)] as const)
      for (const [signal, heard] of listeners) process.on(signal, heard)
      return () => {
        for (const [signal, heard] of listeners) process.off(signal, heard)
      }
    },
  }
}

/**
 * Makes writes to a terminal asynchronous. Node blocks on terminals: one that nobody reads (a lost connection, a scrolled-back
 * window) would block this process, and with it the end of the load, the objectives and halts. There is no public API for this.
 */
function notWaitedFor(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const { _handle: terminal } = stream as { readonly _handle?: { setBlocking?(isWaited: boolean): void } }
  if (stream.isTTY === true) terminal?.setBlocking?.(false)
  return stream
}

/** Wraps a stream so that neither a closed reader (`| head`) nor a full disk ends a run; the latter is reported on stderr. */
function textStream(stream: NodeJS.WriteStream): TextStream {
  let isLost = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isLost || error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return
    isLost = true
    if (stream !== process.stderr)
      process.stderr.write(`error REPORT_UNWRITABLE: standard output cannot be written: ${error.message}\n`)
  })
  return {
    get isLost() {
      return isLost
    },
    isTerminal: stream.isTTY === true,
    hasColours: stream.isTTY === true && mayColour(),
    get columns() {
      return stream.columns ?? 100
    },
    get rows() {
      return stream.rows ?? 24
    },
    write: (text) => {
      stream.write(text)
    },
    get isBehind() {
      return stream.writableLength > 0
    },
    caughtUp: () => new Promise((resolve) => stream.write('', () => resolve())),
    onResize(listener) {
      stream.on('resize', listener)
      return () => {
        stream.off('resize', listener)
      }
    },
  }
}

/** Follows https://no-color.org, and excludes dumb terminals. */
function mayColour(): boolean {
  // biome-ignore lint/style/noProcessEnv: this is the door through which the environment comes in.
  const { NO_COLOR: refused = '', TERM: kind } = process.env
  return refused === '' && kind !== 'dumb'
}

function createKeyboard(): Keyboard {
  const { stdin } = process
  // A terminal that goes away must not end a run that outlives it.
  stdin.on('error', () => undefined)
  return {
    onKey(listener) {
      const heard = (chunk: Buffer | string) => listener(String(chunk))
      stdin.setRawMode(true)
      stdin.on('data', heard)
      stdin.resume()
      return () => {
        stdin.off('data', heard)
        stdin.pause()
        stdin.setRawMode(false)
      }
    },
    onCrash(listener) {
      process.on('uncaughtExceptionMonitor', listener)
      process.on('exit', listener)
      return () => {
        process.off('uncaughtExceptionMonitor', listener)
        process.off('exit', listener)
      }
    },
  }
}

/** Detects a background job, which would be stopped if it configured its terminal. Works on Linux only. */
function isInBackground(): boolean {
  try {
    // After the name, which may hold anything: state, parent, group, session, terminal, group in the foreground.
    const [, , group, , , foreground] =
      readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return group !== foreground
  } catch {
    return false
  }
}
