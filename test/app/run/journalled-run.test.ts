import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { recordOf } from '../../../harness/app/run/journalled-run.ts'
import { messageOf } from '../../../harness/base/errors.ts'
import type { ObjectiveEvent, RequirementEvent } from '../../../harness/model/enforcement.ts'
import type { IntervalSnapshot, SlowRequest } from '../../../harness/model/interval-snapshot.ts'
import type { ProcessIdentity } from '../../../harness/model/line.ts'
import { JOURNAL_FILE, journalLine } from '../../../harness/store/journal.ts'
import { packEntry, type RunJournalEntry } from '../../../harness/store/run-journal.ts'
import { processIdentity } from '../../../harness/system/process-identity.ts'
import { aRecord } from '../../kit/builders.ts'
import { aDemand } from '../../kit/demands.ts'
import { aSnapshot, NO_RESOURCES } from '../../kit/live-intervals.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

function slow(responseTimeMs: number): SlowRequest {
  return {
    phase: 'steady',
    step: 'step',
    responseTimeMs,
    serviceTimeMs: null,
    connectTimeMs: null,
    atMs: 5,
    agent: 3,
    status: null,
    errorKind: 'refused',
    traceId: '0123456789abcdef0003000000000001',
  }
}

const GONE: ProcessIdentity = { pid: 1, host: 'elsewhere', startTicks: null }

/** The record recovered from a journal of these intervals, written to disk and read again. */
function recovered(
  intervals: readonly Partial<IntervalSnapshot>[],
  events: readonly ObjectiveEvent[] = [],
  lost: readonly RequirementEvent[] = [],
  process = GONE,
) {
  return withScratch(async (folder) => {
    const { startedAt, ...identity } = aRecord({ okMs: [10], intervals: intervals.length })
    const entries: RunJournalEntry[] = [
      { kind: 'start', startedAt, identity, process },
      ...intervals.map((changes, second) => ({
        kind: 'interval' as const,
        snapshots: [{ ...aSnapshot(second, { okMs: [10, 20] }), ...changes }],
        phase: 'steady',
        used: NO_RESOURCES,
      })),
      ...events.map((event) => ({ kind: 'event' as const, event })),
      ...lost.map((event) => ({ kind: 'requirement' as const, event })),
    ]
    const file = join(folder, JOURNAL_FILE)
    await writeFile(file, entries.map((entry) => journalLine(packEntry(entry))).join(''))
    return await recordOf(folder)
  })
}

describe('recordOf, a journal', (test) => {
  test('of a process that lives is left to it', async () => {
    const refusal = await recovered([{}], [], [], processIdentity(process.pid)).catch(messageOf)

    assert.match(String(refusal), `is still going on: its process ${process.pid} lives`)
  })

  test('keeps the slowest requests of all intervals', async () => {
    const { status, slowest } = await recovered([
      { slowest: [90, 30, 50].map(slow) },
      {},
      { slowest: [80, 40, 60].map(slow) },
    ])

    const { step: _step, ...first } = slow(90)
    assert.is(status, 'partial')
    assert.equal(
      slowest.map(({ step, requests }) => [step, requests.map(({ responseTimeMs }) => responseTimeMs)]),
      [['step', [90, 80, 60, 50, 40]]],
    )
    assert.equal(slowest[0]?.requests[0], first)
  })

  test('keeps what the monitor saw, and counts intervals only', async () => {
    const event: ObjectiveEvent = {
      at: '2026-01-01T00:00:01.000Z',
      atMs: 1000,
      sinceMs: 0,
      runId: 'run',
      correlationId: 'correlation',
      ...aDemand('error_ratio < 1%'),
      from: 'ok',
      to: 'pending',
      severity: 'major',
      observed: 0.5,
      windowMs: null,
      sampleCount: 4,
      annotations: {},
    }
    const lost: RequirementEvent = { at: event.at, atMs: 1000, name: 'database', problem: 'gone' }
    const { enforcement, notes, correlationId } = await recovered([{}, {}], [event], [lost])
    assert.equal(enforcement, { events: [event], requirements: [lost], stop: null, alerts: null })
    assert.match(notes.join(), 'recovered from the journal: 2 intervals')
    assert.is(correlationId, 'correlation')
    assert.is((await recovered([{}])).enforcement, null)
  })
})
