/** The one place that touches the process. */
import { availableParallelism } from 'node:os'
import { text } from 'node:stream/consumers'
import { createSystemClock } from '../base/clock.ts'
import type { Host, SignalName, TextStream } from '../ports/host.ts'

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM']

/** The real process around us. */
export function createSystemHost(): Host {
  // A limit on the size of files (ulimit -f) must not end a run: heard, the signal makes the write fail instead.
  process.on('SIGXFSZ', () => undefined)
  return {
    args: process.argv.slice(2),
    // biome-ignore lint/style/noProcessEnv: this is the door through which the environment comes in.
    env: process.env,
    cwd: process.cwd(),
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
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

/** A reader that went away (`| head`) must not end a run: errors of the stream are dropped. */
function textStream(stream: NodeJS.WriteStream): TextStream {
  stream.on('error', () => undefined)
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 100
    },
    write: (text) => {
      stream.write(text)
    },
  }
}
