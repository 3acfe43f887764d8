import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Scripts of child processes: each says "up" when it runs. */
export const BUSY = 'process.stdout.write("up"); for (;;);'
export const IDLE = 'process.stdout.write("up"); setInterval(() => {}, 1000)'

/** A process that runs a script, and is killed after the body if it still lives. */
export async function withProcess(
  code: string,
  body: (child: ChildProcess, pid: number) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, ['--eval', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    await once(child.stdout, 'data')
    await body(child, child.pid!)
  } finally {
    child.kill('SIGKILL')
  }
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
