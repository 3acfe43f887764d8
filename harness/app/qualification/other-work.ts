/** Activities that send no load: a command, a check, an approval, a comparison of pictures. */
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { sleep } from '../../base/clock.ts'
import { cutText } from '../../base/cut-text.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { ownFile } from '../../base/own-files.ts'
import { interrupted, unlessStopped } from '../../base/stop-request.ts'
import { formatCount, formatDurationMs } from '../../base/units.ts'
import { VISUAL_BOUNDS } from '../../model/visual.ts'
import type { CheckTask } from '../../scenario/check-worker.ts'
import { type ChildEnd, passedOn, runToEnd } from '../../system/child-process.ts'
import { makeFolder } from '../../system/files.ts'
import { processIdentity } from '../../system/process-identity.ts'
import { replaceFile } from '../../system/replace-file.ts'
import { runInThread, ThreadTimeout, workerOptions } from '../../system/worker-thread.ts'
import { compareVisualFile, VISUALS_FOLDER } from '../visuals/visuals.ts'
import { readDecisions } from './decisions.ts'
import { inputEnvironment } from './load-work.ts'
import { inputValues } from './parts.ts'
import type { ActivityContext, Work } from './work-context.ts'

/** EX_TEMPFAIL and EX_UNAVAILABLE of sysexits(3): nothing can be said, and something it needs is away. */
const TEMPORARY_STATUS = 75
const UNAVAILABLE_STATUS = 69
const POLL_MS = 500
/** Kept of what a command writes, from the end. */
const LOG_BYTES_MAX = 1_048_576
/** More of a last line says nothing more. */
const SAID_CHARS_MAX = 500

export const commandWork: Work<'command'> = async (context) => {
  const { work, place, activity, tell } = context
  const { name, timeoutMs } = activity
  const order = {
    argv: work.argv,
    cwd: place.host.cwd,
    env: childEnvironment(context, work.env),
    limitMs: timeoutMs,
    outputBytesMax: LOG_BYTES_MAX,
  }
  const end = await runToEnd(order, {
    signal: place.stop.signal,
    whenAborted: 'was stopped',
    onChild: (pid) => tell({ kind: 'child', activity: name, process: processIdentity(pid) }),
  })
  const { problem, status, output } = end
  const log = await writeLog(context, end)
  if (place.stop.level !== 'none' && problem !== null) throw interrupted('while a command ran')
  const files = { log }
  if (problem === null) return { outcome: 'passed', message: 'ended with 0', files }
  if (status === UNAVAILABLE_STATUS)
    throw new HarnessError('TARGET_UNREACHABLE', `it ${problem} (EX_UNAVAILABLE)`)
  const message = `${problem}${saidText(output)}`
  if (status === TEMPORARY_STATUS) return { outcome: 'inconclusive', code: 'TEMPORARY', message, files }
  return { outcome: 'failed', code: 'COMMAND_FAILED', message, files }
}

/** Runs the undo of an activity. Null, or why it failed. */
export async function runUndo(context: ActivityContext, argv: readonly string[]): Promise<string | null> {
  const { place, activity } = context
  const order = { argv, cwd: place.host.cwd, env: childEnvironment(context, []), limitMs: activity.timeoutMs }
  const watch = { signal: place.stop.abortSignal, whenAborted: 'was stopped' }
  const { problem, output } = await runToEnd(order, watch)
  return problem === null ? null : `${problem}${saidText(output)}`
}

/** The last line of an output, after a colon. */
function saidText(output: string): string {
  return output === '' ? '' : `: ${cutText(output.split('\n').at(-1) ?? '', SAID_CHARS_MAX)}`
}

const checkEnd = z.union([
  z.boolean(),
  z.object({ outcome: z.enum(['passed', 'failed', 'inconclusive']), message: z.string().optional() }),
])

export const checkWork: Work<'check'> = async ({ work, place, activity, inputs }) => {
  const argument: CheckTask = {
    module: place.module?.path ?? '',
    place: work.path,
    context: { inputs: inputValues(inputs), plan: place.planName },
  }
  const worker = workerOptions(ownFile('scenario/check-worker'))
  const limitMs = activity.timeoutMs
  try {
    const returned = await runInThread({
      worker,
      run: 'runCheck',
      argument,
      limitMs,
      signal: place.stop.signal,
    })
    const end = checkEnd.safeParse(returned)
    if (!end.success)
      return {
        outcome: 'failed',
        code: 'CHECK_INVALID',
        message: 'it returned neither true, false nor an outcome',
      }
    if (typeof end.data === 'boolean')
      return { outcome: end.data ? 'passed' : 'failed', message: `it returned ${end.data}` }
    return { outcome: end.data.outcome, message: end.data.message ?? end.data.outcome }
  } catch (error) {
    if (place.stop.level !== 'none') throw interrupted('while a check ran')
    const late = error instanceof ThreadTimeout
    const message = late
      ? `it did not end within ${formatDurationMs(limitMs)}`
      : `it threw: ${messageOf(error)}`
    return { outcome: 'failed', code: late ? 'TIMEOUT' : 'CHECK_THREW', message }
  }
}

/** Waits until somebody approves or rejects; what nobody decides in time failed. */
export const approvalWork: Work<'approval'> = async ({ work, place, activity, tell }) => {
  const { host, store, qualificationId, folder, stop } = place
  const { name, timeoutMs } = activity
  const untilMs = host.clock.nowMs() + timeoutMs
  place.say(`${name} waits: ${work.question}; proofload qualify approve ${folder} ${name} --by NAME`)
  for (;;) {
    const found = (await readDecisions(store, qualificationId)).findLast((each) => each.activity === name)
    if (found !== undefined) {
      const { decision, by, comment } = found
      tell({ kind: 'decided', activity: name, decision, by, comment })
      const message = `${decision} by ${by}${comment === null ? '' : `: ${comment}`}`
      return { outcome: decision === 'approved' ? 'passed' : 'failed', code: 'REJECTED', message }
    }
    if (host.clock.nowMs() >= untilMs)
      return {
        outcome: 'failed',
        code: 'APPROVAL_EXPIRED',
        message: `nobody decided within ${formatDurationMs(timeoutMs)}`,
      }
    await unlessStopped(stop.signal, 'while an approval was waited for', () => sleep(host.clock, POLL_MS))
  }
}

export const visualWork: Work<'visual'> = async ({ work, place }) => {
  const { cwd } = place.host
  const address = { folder: resolve(cwd, work.folder ?? VISUALS_FOLDER), name: work.name }
  const outDir = join(place.folder, 'visual', work.name)
  const request = { address, file: work.file, bounds: { ...VISUAL_BOUNDS, masks: [] }, outDir }
  const { result } = await compareVisualFile(request, cwd)
  const [first] = result.findings
  if (first === undefined) return { outcome: 'passed', message: 'it matches the approved picture' }
  return { outcome: 'failed', code: first.code, message: first.message }
}

function childEnvironment(context: ActivityContext, names: readonly string[]): Record<string, string> {
  const { place, inputs } = context
  return {
    ...passedOn(names, place.host.env),
    ...inputEnvironment(inputs),
    PROOFLOAD_QUALIFICATION_ID: place.qualificationId,
  }
}

/** The output of a command without its secrets, in the folder of the qualification; says what is left out of it. */
async function writeLog(
  { place, activity, attempt }: ActivityContext,
  { output, lostBytes }: Pick<ChildEnd, 'output' | 'lostBytes'>,
): Promise<string> {
  const file = join('activities', `${activity.name}-${attempt}.log`)
  await makeFolder(join(place.folder, 'activities'))
  const lost = lostBytes === 0 ? '' : `(the first ${formatCount(lostBytes)} bytes are left out)\n`
  await replaceFile(join(place.folder, file), `${lost}${place.mask(output)}\n`)
  return file
}
