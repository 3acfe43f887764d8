import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../base/errors.ts'
import { ownFile } from '../base/own-files.ts'
import { unlessStopped } from '../base/stop-request.ts'

/** A child process, started from the entry `name` of this folder, and the first message it sent. */
export interface Child<Message> {
  readonly message: Message
  stop(): Promise<void>
}

/**
 * Starts a process and waits for its first message.
 * @param giveUp ends the process during the wait
 * @throws HarnessError TARGET_LAUNCH_FAILED when it ends before its first message, INTERRUPTED
 */
export async function startChild<Message>(
  name: string,
  args: readonly string[],
  giveUp: AbortSignal,
): Promise<Child<Message>> {
  const file = fileURLToPath(ownFile(`calibration/${name}`))
  const where = `while waiting for ${name}`
  return await unlessStopped(giveUp, where, async () => {
    const child = fork(file, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const end = () => void stopChild(child)
    giveUp.addEventListener('abort', end)
    const ended = once(child, 'exit').then(() => null)
    const first = await Promise.race([once(child, 'message'), ended])
    giveUp.removeEventListener('abort', end)
    if (first === null) {
      throw new HarnessError('TARGET_LAUNCH_FAILED', `${name} ended before it was ready`, {
        hint: 'Its own message is above.',
      })
    }
    return { message: first[0] as Message, stop: () => stopChild(child) }
  })
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
