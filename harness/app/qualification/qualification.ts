/**
 * A qualification, in order:
 *   1 plan      the file, its scenarios, everything that is wrong with them
 *   2 open      state store, folder and journal; what runs again when it goes on
 *   3 drive     activities as the journal decides, until nothing is left or people stop it
 *   4 publish   `qualify.json` and the reports
 */
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { foldQualification, type QualificationState } from '../../analysis/qualification/fold.ts'
import { qualificationRecord } from '../../analysis/qualification/record.ts'
import { isoOf } from '../../base/clock.ts'
import { ERROR_EXIT_STATUS, HarnessError } from '../../base/errors.ts'
import { createMask } from '../../base/secret-mask.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import { stopsLoad } from '../../model/emergency.ts'
import type { QualificationRecord } from '../../model/qualification.ts'
import type { QualificationEntry } from '../../model/qualification-journal.ts'
import type { Host } from '../../ports/host.ts'
import type { StateStore } from '../../ports/state-store.ts'
import { knownSecrets } from '../../scenario/secrets.ts'
import {
  QUALIFICATION_FILE,
  QUALIFICATIONS_FOLDER,
  qualificationsBeside,
  qualificationText,
} from '../../store/qualification-folder.ts'
import { createRunFolder, openRunFolder, type RunFolder } from '../../store/run-folder.ts'
import { WrittenFiles } from '../../store/written-files.ts'
import { processIdentity } from '../../system/process-identity.ts'
import type { RunProgress } from '../run/progress.ts'
import type { HistoryRef } from '../run/request.ts'
import { readEmergency, withState } from '../state/emergency.ts'
import { writeDecision } from './decisions.ts'
import { driveQualification, type QualificationObserver } from './drive.ts'
import { ActivityExecutor, type Works } from './executor.ts'
import {
  createQualificationJournal,
  type QualificationJournal,
  reopenQualificationJournal,
} from './journal.ts'
import { type LoadedQualification, loadQualification } from './load-plan.ts'
import { qualificationReports } from './qualification-reports.ts'
import type { ReopenWish } from './reopen.ts'
import { resumeEntries } from './resume.ts'
import { requireActivities, type WishRequest, wishOf } from './wish.ts'

export interface QualificationRequest extends WishRequest, ReopenWish {
  readonly file: string
  /** Folder for reports. */
  readonly outDir: string
  readonly state: string
  readonly stop: StopRequest
  readonly history: HistoryRef | null
  /** Folder of a qualification that goes on; null: a new one. */
  readonly resume: string | null
  readonly skips: readonly { readonly activity: string; readonly why: string }[]
  readonly approvals: readonly { readonly activity: string; readonly by: string }[]
  /** Names. */
  readonly reports: readonly string[]
}

export interface FinishedQualification {
  readonly record: QualificationRecord
  /** Paths by name; `record` is `qualify.json`. */
  readonly files: Readonly<Record<string, string>>
  readonly failures: readonly string[]
  readonly exitCode: number
}

/** Watches a qualification from its plan on. */
export interface QualificationWatch extends QualificationObserver {
  onPlan(loaded: LoadedQualification, state: QualificationState): void
  say(line: string): void
}

/** Loads and checks a plan, and runs nothing. @throws HarnessError QUALIFICATION_* */
export function checkQualification(
  { file, outDir }: Pick<QualificationRequest, 'file' | 'outDir'>,
  host: Host,
): Promise<LoadedQualification> {
  const folder = resolve(host.cwd, outDir, QUALIFICATIONS_FOLDER)
  return loadQualification(file, host, (plan) => join(folder, plan))
}

/** @throws HarnessError QUALIFICATION_*, USAGE, PREFLIGHT_BLOCKED, STATE_UNREACHABLE, REPORT_UNWRITABLE */
export async function qualify(
  request: QualificationRequest,
  host: Host,
  { works, progress, watch }: { works: Works; progress: RunProgress; watch: QualificationWatch },
): Promise<FinishedQualification> {
  const loaded = await checkQualification(request, host)
  for (const { activity } of [...request.skips, ...request.approvals])
    requireActivities(loaded.plan, [activity])
  requireActivities(loaded.plan, request.retry)
  return await withState(request.state, host, async (store) => {
    await requireNoHalt(store)
    const opened = await open(loaded, request, host)
    const { entries, folder, journal } = opened
    try {
      const state = foldQualification(entries)
      const { qualificationId } = state
      for (const { activity, by } of request.approvals)
        await writeDecision(store, qualificationId, {
          ...{ activity, decision: 'approved', by, comment: null },
          at: isoOf(host.clock.wallMs()),
        })
      watch.onPlan(loaded, state)
      const place = {
        ...{ qualificationId, planName: loaded.plan.name, host, folder: folder.path, store },
        ...{ state: request.state, history: request.history, stop: request.stop },
        ...{ module: loaded.module, say: watch.say },
        mask: createMask(knownSecrets(loaded.plan.secrets, host.env)),
      }
      const ended = await driveQualification(entries, {
        executor: new ActivityExecutor({ place, works, progress, past: loaded.past }),
        append: journal.append,
        wallMs: () => host.clock.wallMs(),
        stop: request.stop,
        observer: watch,
      })
      return await publish(ended, { ...opened, request, host })
    } finally {
      journal.close()
      folder.close()
    }
  })
}

/** @throws HarnessError PREFLIGHT_BLOCKED */
async function requireNoHalt(store: StateStore): Promise<void> {
  const { state, by, reason } = await readEmergency(store)
  if (!stopsLoad(state)) return
  throw new HarnessError('PREFLIGHT_BLOCKED', `load is halted (${state}) by ${by}: ${reason}`, {
    hint: 'To allow load again: proofload emergency resume --reason <text>.',
  })
}

interface Opened {
  readonly entries: readonly QualificationEntry[]
  readonly folder: RunFolder
  readonly journal: QualificationJournal
  readonly previous: QualificationRecord | null
}

async function open(
  { plan, past }: LoadedQualification,
  request: QualificationRequest,
  host: Host,
): Promise<Opened> {
  const at = isoOf(host.clock.wallMs())
  const process = processIdentity(globalThis.process.pid)
  const wish = wishOf(plan, request)
  const skips = request.skips.map(({ activity, why }) => ({
    ...({ kind: 'decided', at, activity, decision: 'skipped', comment: why } as const),
    by: host.env['USER'] ?? 'somebody',
  }))
  if (request.resume === null) {
    const qualificationId = `qualify-${idOf(at)}`
    const folder = await createRunFolder(
      resolve(host.cwd, request.outDir, QUALIFICATIONS_FOLDER),
      plan.name,
      qualificationId,
    )
    const journal = createQualificationJournal(folder.path)
    const begun = { kind: 'begun', schemaVersion: 1, at, qualificationId, process, wish, plan } as const
    const entries = [begun, ...skips]
    for (const entry of entries) journal.append(entry)
    return { entries, folder, journal, previous: past[0] ?? null }
  }
  const path = resolve(host.cwd, request.resume)
  const isPart = request.only !== null || request.from !== null
  const { before, more } = await resumeEntries(path, {
    ...{ plan, wish: isPart ? wish : null, strict: request.strict, noMocks: request.noMocks },
    ...{ reopen: request, at, process, cwd: host.cwd },
  })
  const journal = reopenQualificationJournal(path)
  const added = [...more, ...skips]
  for (const entry of added) journal.append(entry)
  const [previous = null] = await qualificationsBeside(path, 1)
  return { entries: [...before, ...added], folder: openRunFolder(path), journal, previous }
}

function idOf(at: string): string {
  const [day = '', time = ''] = at.split('T')
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`
}

async function publish(
  state: QualificationState,
  { folder, journal, previous, request, host }: Opened & { request: QualificationRequest; host: Host },
): Promise<FinishedQualification> {
  const finishedMs = host.clock.wallMs()
  const isInterrupted = request.stop.level !== 'none'
  const told = qualificationRecord(state, { finishedMs, isInterrupted, previous })
  const exitCode = isInterrupted ? ERROR_EXIT_STATUS.INTERRUPTED : told.verdict.exitCode
  const record = { ...told, verdict: { ...told.verdict, exitCode } }
  const written = new WrittenFiles(folder)
  await written.write('record', QUALIFICATION_FILE, () => qualificationText(record))
  for (const { name, fileName, render } of request.reports.map((report) => qualificationReports.get(report)))
    await written.write(name, fileName, () => render(record))
  const { outcome } = record.verdict
  if (!isInterrupted) journal.append({ kind: 'finished', at: isoOf(finishedMs), outcome, exitCode })
  return { record, files: written.paths, failures: written.failures, exitCode: written.exitCode(exitCode) }
}
