import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { executeRollback } from '../../../harness/app/rollback/execute-rollback.ts'
import { readRollbackJournal } from '../../../harness/app/rollback/journal.ts'
import type { RollbackRequest } from '../../../harness/app/rollback/request.ts'
import type { StepListener } from '../../../harness/app/run/progress.ts'
import { createDeployLock, readDeployLock } from '../../../harness/app/state/deploy-lock.ts'
import { StopSwitch } from '../../../harness/base/stop-request.ts'
import type { LineOwner } from '../../../harness/model/line.ts'
import { rollbackRecordSchema } from '../../../harness/model/rollback.ts'
import type { BusEvent } from '../../../harness/ports/event-bus.ts'
import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
import { MemoryEventBus } from '../../../harness/telemetry/bus/memory-event-bus.ts'
import { appending, aRollbackPlan, aRollbackRequest, aViolation } from '../../kit/rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'
import { turnsOfTheLoop, until } from '../../kit/until.ts'

const linesOf = (folder: string, file = 'undone') => {
  const path = join(folder, file)
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
}

const somebodyElse: LineOwner = {
  by: 'ann@elsewhere',
  pid: 12,
  host: 'elsewhere',
  startTicks: null,
  runId: 'run-0',
  rollbackId: 'rollback-0',
  at: '2026-11-21T09:30:00.000Z',
  reason: 'p99 was 2s',
  correlationId: 'correlation-0',
}

/** Runs it, and looks at what every rollback has to leave: a record that fits, and a line that it does not hold. */
async function runs(request: RollbackRequest) {
  const record = await executeRollback(request)
  rollbackRecordSchema.parse(record)
  const owner = await readDeployLock(request.run.store)
  assert.not.ok(owner?.rollbackId === request.rollbackId, 'the line is held still')
  return record
}

describe('A rollback', (test) => {
  test('takes its six steps in their order, each written down before and after', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder)
      const record = await runs(request)

      assert.is(record.outcome, 'succeeded')
      assert.is(record.message, 'default undone, the system is healthy')
      assert.equal(request.log, [
        'freeze begins',
        'freeze succeeded',
        'capture begins',
        'capture succeeded',
        'drain begins',
        'drained',
        'drain succeeded',
        'undo begins',
        'undo succeeded',
        'verify begins',
        'probed',
        'validated',
        'verify succeeded',
        'release begins',
        'release succeeded',
      ])
      const entries = await readRollbackJournal(folder)
      assert.equal(
        entries.map((entry) =>
          'step' in entry && typeof entry.step === 'string' ? `${entry.step}?` : entry.kind,
        ),
        [
          'begun',
          ...['freeze?', 'step-ended', 'capture?', 'step-ended', 'drain?', 'step-ended'],
          ...['undo?', 'undo-begun', 'undo-child', 'undo-ended', 'step-ended'],
          ...['verify?', 'step-ended', 'release?', 'step-ended', 'ended'],
        ],
      )
      assert.equal(linesOf(folder), ['done'])
      assert.is(record.plan, null)
      assert.equal(JSON.parse(readFileSync(join(folder, 'rollback.json'), 'utf8')), record)
    }))

  test('holds the line from its first step to its last', () =>
    withScratch(async (folder) => {
      const held: (string | null)[] = []
      const request: RollbackRequest = aRollbackRequest(folder, {
        drain: async () => void held.push((await readDeployLock(request.run.store))?.reason ?? null),
        validate: async () => {
          held.push((await readDeployLock(request.run.store))?.rollbackId ?? null)
          return { outcome: 'GO', message: '' }
        },
      })
      await runs(request)

      assert.equal(held, ['p99 was 900ms', 'rollback-1'])
      assert.is(await readDeployLock(request.run.store), null)
    }))

  test('captures the evidence into the folder of the run', () =>
    withScratch(async (folder) => {
      await runs(aRollbackRequest(folder, { evidence: () => ({ firing: ['p99'] }) }))
      const evidence = JSON.parse(readFileSync(join(folder, 'evidence.json'), 'utf8'))

      assert.is(evidence.rollbackId, 'rollback-1')
      assert.equal(evidence.violations, [aViolation()])
      assert.equal(evidence.evidence, { firing: ['p99'] })
    }))

  test('tells of each step as an event, and of its end by an alert that can wait until morning', () =>
    withScratch(async (folder) => {
      const bus = new MemoryEventBus()
      const events: BusEvent[] = []
      await bus.subscribe('rollback.*', (event) => void events.push(event))
      const request = aRollbackRequest(folder, { bus })
      await runs(request)

      assert.is(events.filter(({ topic }) => topic === 'rollback.rollback-1.step').length, 12)
      assert.is(events.at(-1)?.topic, 'rollback.rollback-1.ended')
      assert.ok(events.every(({ correlationId }) => correlationId === 'correlation-1'))
      assert.is(request.told.length, 1)
      assert.equal(request.wells, [true], 'what was told of the run before is over')
      const [alert] = request.told
      assert.is(alert?.severity, 'warning')
      assert.match(alert?.dedupeKey ?? '', /^[^/]+\/rollback$/)
      assert.is(alert?.summary, 'checkout: rollback succeeded: default undone, the system is healthy')
    }))

  test('runs a procedure once, however many objectives ask for it, and several by severity', () =>
    withScratch(async (folder) => {
      const procedures = {
        default: appending('undone', 'echo default >> order'),
        'cache-flush': appending('undone', 'echo cache-flush >> order'),
        unused: appending('undone', 'echo unused >> order'),
      }
      const violations = [
        aViolation({ severity: 'warning' }),
        aViolation({ expect: 'p95(response_time) < 50ms' }),
        aViolation({ procedure: 'cache-flush', severity: 'critical', message: 'errors 40 %' }),
        aViolation({ procedure: 'cache-flush', severity: 'info' }),
      ]
      const record = await runs(aRollbackRequest(folder, { plan: aRollbackPlan({ procedures }), violations }))

      assert.equal(linesOf(folder, 'order'), ['cache-flush', 'default'])
      assert.equal(
        record.procedures.map(({ name, outcome, attempts }) => [name, outcome, attempts]),
        [
          ['cache-flush', 'succeeded', 1],
          ['default', 'succeeded', 1],
        ],
      )
      assert.equal(record.reasons, violations)
    }))

  test('fills secrets in at the last moment, and writes none of them down', () =>
    withScratch(async (folder) => {
      const SECRET = 'correct-horse-battery'
      const argv = ['sh', '-c', 'echo "$0"; echo "$0" > seen', '{{secret.TOKEN}}']
      const request = aRollbackRequest(folder, {
        plan: aRollbackPlan({ procedures: { default: { plugin: 'command', config: { argv } } } }),
        secrets: { TOKEN: SECRET },
        evidence: () => ({ header: `Bearer ${SECRET}` }),
        validate: () => Promise.reject(new Error(`401 for ${SECRET}`)),
      })
      const record = await runs(request)
      const journal = readFileSync(join(folder, 'rollback.ndjson'), 'utf8')

      assert.equal(linesOf(folder, 'seen'), [SECRET])
      assert.is(record.procedures[0]?.message, '***')
      assert.match(record.message, /401 for \*\*\*/)
      assert.match(readFileSync(join(folder, 'evidence.json'), 'utf8'), /Bearer \*\*\*/)
      for (const text of [JSON.stringify(record), journal, JSON.stringify(request.told)])
        assert.not.match(text, SECRET)
    }))
})

describe('Evidence', (test) => {
  test('is not spoilt by a secret that reads like one of its numbers', () =>
    withScratch(async (folder) => {
      const evidence = () => ({ requests: 1_234_567, said: 'the pin is 234567' })
      await runs(aRollbackRequest(folder, { secrets: { PIN: '234567' }, evidence }))

      const written = JSON.parse(readFileSync(join(folder, 'evidence.json'), 'utf8'))
      assert.equal(written.evidence, { requests: 1_234_567, said: 'the pin is ***' })
    }))
})

describe('Nothing is done', (test) => {
  test('when it is not armed: the record says what would be', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder, { unarmed: 'nobody has armed it' })
      const record = await runs(request)

      assert.is(record.outcome, 'not-armed')
      assert.is(record.message, 'nothing was undone: nobody has armed it')
      assert.equal(
        record.plan?.map(({ step }) => step),
        ['freeze', 'capture', 'drain', 'undo', 'verify', 'release'],
      )
      assert.is(record.plan?.[3]?.description, 'default: run sh -c "echo done >> undone; true"')
      assert.equal(record.steps, [])
      assert.equal(
        record.procedures.map(({ outcome }) => outcome),
        ['not-run'],
      )
      assert.equal(request.log, [])
      assert.equal(request.told, [])
      assert.not.ok(existsSync(join(folder, 'rollback.ndjson')))
      assert.equal(linesOf(folder), [])
    }))

  test('on a handful of requests, armed or not', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder)
      const facts = { ...request.facts, completedRequests: 3 }
      for (const unarmed of [null, 'nobody has armed it']) {
        const record = await runs({ ...request, facts, unarmed })

        assert.is(record.outcome, 'not-enough-samples')
        assert.is(record.message, 'nothing was undone: only 3 of at least 100 requests were completed')
      }
      assert.equal(request.log, [])
      assert.equal(linesOf(folder), [])
    }))

  test('while somebody else has stopped the line, who keeps it', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder)
      const others = createDeployLock(request.run.store, request.run.host.clock, somebodyElse)
      await others.acquire()
      const record = await runs(request)

      assert.is(record.outcome, 'failed')
      assert.match(
        record.message,
        /nothing was undone: the deploy lock is held by ann@elsewhere .*rollback rollback-0.*: p99 was 2s/,
      )
      assert.equal(
        record.steps.map(({ outcome }) => outcome),
        ['failed', 'skipped', 'skipped', 'skipped', 'skipped', 'succeeded'],
      )
      assert.is(record.steps[0]?.attempts, 3)
      assert.equal(linesOf(folder), [])
      assert.equal(await readDeployLock(request.run.store), somebodyElse)
      assert.is(request.told[0]?.severity, 'critical')
      await others.release()
    }))

  test('that cannot be written down first', () =>
    withScratch(async (folder) => {
      const nowhere = { ...aRollbackRequest(folder).folder, path: join(folder, 'absent') }
      const request = aRollbackRequest(folder, { folder: nowhere })
      const record = await runs(request)

      assert.is(record.outcome, 'failed')
      assert.match(record.message, /nothing was undone: .*rollback\.ndjson cannot be written/)
      assert.equal(linesOf(folder), [])
      assert.is(request.told[0]?.severity, 'critical')
    }))

  test('a second time in one run', () =>
    withScratch(async (folder) => {
      await runs(aRollbackRequest(folder))
      const record = await runs(aRollbackRequest(folder, { rollbackId: 'rollback-2' }))

      assert.is(record.outcome, 'failed')
      assert.match(record.message, /EEXIST/)
      assert.equal(linesOf(folder), ['done'])
    }))
})

describe('A step that fails', (test) => {
  test('drain: nothing is undone, the line is free, and somebody is paged', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder, { drain: () => Promise.reject(new Error('a shard is stuck')) })
      const record = await runs(request)

      assert.is(record.outcome, 'failed')
      assert.is(record.message, 'nothing was undone: a shard is stuck')
      assert.equal(linesOf(folder), [])
      assert.is(request.told[0]?.severity, 'critical')
    }))

  test('drain that never ends: its time is limited', () =>
    withScratch(async (folder) => {
      const never = () => new Promise<void>(() => undefined)
      const plan = aRollbackPlan({ stepTimeoutMs: 200 })
      const record = await runs(aRollbackRequest(folder, { plan, drain: never }))

      assert.is(record.message, 'nothing was undone: did not end within 200ms')
    }))

  test('capture: the system is put back all the same', () =>
    withScratch(async (folder) => {
      const evidence = () => {
        throw new Error('no space left')
      }
      const record = await runs(aRollbackRequest(folder, { evidence }))

      assert.is(record.outcome, 'succeeded')
      assert.is(record.steps[1]?.outcome, 'failed')
      assert.is(record.steps[1]?.message, 'no space left')
    }))

  test('undo: the others are tried, nothing is verified, it is not tried again', () =>
    withScratch(async (folder) => {
      const procedures = {
        default: { plugin: 'command', config: { argv: ['sh', '-c', 'echo done >> undone; exit 7'] } },
        other: appending('others'),
      }
      const violations = [aViolation(), aViolation({ procedure: 'other', severity: 'info' })]
      const request = aRollbackRequest(folder, { plan: aRollbackPlan({ procedures }), violations })
      const record = await runs(request)

      assert.is(record.outcome, 'failed')
      assert.match(record.message, /^the undo failed: default: .*ended with status 7/)
      assert.match(record.message, /rollback resume .* --repeat-undo/)
      assert.equal(linesOf(folder), ['done'])
      assert.equal(linesOf(folder, 'others'), ['done'])
      assert.not.ok(request.log.includes('validated'))
      assert.is(request.told[0]?.severity, 'critical')
      assert.match(request.told[0]?.annotations['procedures'] ?? '', 'default: failed; other: succeeded')
    }))

  test('undo beyond its limit: killed, with what it had said', () =>
    withScratch(async (folder) => {
      const argv = ['sh', '-c', 'echo half way; sleep 1000']
      const plan = aRollbackPlan({
        stepTimeoutMs: 300,
        procedures: { default: { plugin: 'command', config: { argv } } },
      })
      const record = await runs(aRollbackRequest(folder, { plan }))

      assert.match(record.message, /was killed at the time limit of the step\nhalf way/)
    }))

  test('undo by a procedure that nobody knows, or that does not fit', () =>
    withScratch(async (folder) => {
      const procedures = {
        wrong: { plugin: 'command', config: { argv: 'rm -rf /' } },
        strange: { plugin: 'incantation', config: {} },
      }
      const violations = ['absent', 'wrong', 'strange'].map((procedure) => aViolation({ procedure }))
      const record = await runs(aRollbackRequest(folder, { plan: aRollbackPlan({ procedures }), violations }))

      assert.is(record.outcome, 'failed')
      assert.equal(
        record.procedures.map(({ outcome }) => outcome),
        ['failed', 'failed', 'failed'],
      )
      assert.match(record.procedures[0]?.message ?? '', /there is no procedure absent/)
      assert.match(record.procedures[2]?.message ?? '', /there is no rollback procedure named 'incantation'/)
    }))

  test('verify by a target that does not answer: no load is sent to it', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder, { probe: () => Promise.resolve(['main: connection refused']) })
      const record = await runs(request)

      assert.is(record.outcome, 'failed')
      assert.is(record.message, 'default undone, and the system is not healthy: main: connection refused')
      assert.not.ok(request.log.includes('validated'))
    }))

  test('verify: GO alone is healthy, and it is looked three times', () =>
    withScratch(async (folder) => {
      const outcomes = ['NO_GO', 'INCONCLUSIVE', 'NO_GO', 'GO'] as const
      let looked = 0
      const validate = () =>
        Promise.resolve({ outcome: outcomes[looked++] ?? 'GO', message: 'p99 was 300ms' })
      const record = await runs(aRollbackRequest(folder, { validate }))

      assert.is(looked, 3)
      assert.is(record.outcome, 'failed')
      assert.match(record.message, /the validation load says NO-GO: p99 was 300ms$/)
    }))

  test('verify once: a system may need a moment to recover', () =>
    withScratch(async (folder) => {
      let asked = 0
      const validate: RollbackRequest['validate'] = () =>
        Promise.resolve({ outcome: ++asked === 2 ? 'GO' : 'NO_GO', message: '' })
      const record = await runs(aRollbackRequest(folder, { validate }))

      assert.is(record.outcome, 'succeeded')
      assert.is(record.steps[4]?.attempts, 2)
    }))

  test('verify beyond its limit: nothing else is begun before its load has ended', () =>
    withScratch(async (folder) => {
      const log: string[] = []
      const validate: RollbackRequest['validate'] = async (signal) => {
        log.push('load begins')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        await turnsOfTheLoop()
        log.push('load ended')
        throw new Error('too late to be heard')
      }
      const onStep: StepListener = (name, taken) =>
        void (taken === null && name === 'release' && log.push('release begins'))
      // The limit of verify is the sum of both; that of the undo is not to be reached.
      const plan = aRollbackPlan({ stepTimeoutMs: 5_000, validationMs: -4_700 })
      const record = await runs(aRollbackRequest(folder, { plan, validate, onStep }))

      assert.match(record.message, /did not end within 300ms$/)
      const attempt = ['load begins', 'load ended']
      assert.equal(log, [...attempt, ...attempt, ...attempt, 'release begins'])
    }))

  test('verify, because somebody has halted load: unverified, not failed, and to be resumed', () =>
    withScratch(async (folder) => {
      const validate = () =>
        Promise.resolve({ outcome: 'HALTED' as const, message: 'load is halted (HALT) by ann: fire drill' })
      const request = aRollbackRequest(folder, { validate })
      const record = await runs(request)

      assert.is(record.outcome, 'unverified')
      assert.match(
        record.message,
        /^default undone, but it is not known whether the system is healthy: load is halted \(HALT\) by ann: fire drill; when load may be sent again, `proofload rollback resume .*` looks$/,
      )
      assert.is(record.steps[4]?.outcome, 'prevented')
      assert.equal(request.wells, [false])
      assert.is(request.told[0]?.severity, 'critical')
      assert.match(request.told[0]?.summary ?? '', /rollback unverified: /)
    }))

  test('release, because nobody can be told: the line is free, and the system is healthy all the same', () =>
    withScratch(async (folder) => {
      let asked = 0
      const tell = () => {
        asked++
        return Promise.reject(new Error('the pager is off'))
      }
      const record = await runs(aRollbackRequest(folder, { tell }))

      assert.is(asked, 3)
      assert.is(record.outcome, 'succeeded')
      assert.is(record.steps[5]?.outcome, 'failed')
      assert.is(record.steps[5]?.message, 'the pager is off')
    }))

  test('release, because the store is away: somebody is told, and the lock lapses', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder)
      const store = new MemoryStateStore(request.run.host.clock)
      store.compareAndSet = () => Promise.reject(new Error('the store is away'))
      const record = await executeRollback({ ...request, run: { ...request.run, store } })

      assert.is(record.outcome, 'succeeded')
      assert.match(record.steps[5]?.message ?? '', /the store is away/)
      assert.is(request.told.length, 1)
    }))
})

describe('Who listens to a rollback', (test) => {
  test('cannot stop it by throwing, nor a bus by being away', () =>
    withScratch(async (folder) => {
      const bus = new MemoryEventBus()
      bus.publish = () => Promise.reject(new Error('the bus is away'))
      const notes: string[] = []
      const onStep = () => {
        throw new Error('a bug of a view')
      }
      const record = await runs(
        aRollbackRequest(folder, { bus, onStep, note: (message) => void notes.push(message) }),
      )

      assert.is(record.outcome, 'succeeded')
      assert.ok(notes.some((note) => note.includes('a bug of a view')))
      assert.ok(notes.some((note) => note.includes('events cannot be published: the bus is away')))
    }))
})

describe('A rollback that is interrupted', (test) => {
  test('before the undo: nothing is undone, and the line is free', () =>
    withScratch(async (folder) => {
      const ctrlC = new StopSwitch()
      const drain = () => {
        ctrlC.press('SIGINT')
        return new Promise<void>(() => undefined)
      }
      const request = aRollbackRequest(folder, { stop: ctrlC, drain })
      const record = await runs(request)

      assert.is(record.outcome, 'interrupted')
      assert.match(record.message, /^interrupted before anything was undone; `proofload rollback resume/)
      assert.equal(linesOf(folder), [])
      assert.is(request.told[0]?.severity, 'critical')
    }))

  test('in the undo: it is let end, and nothing else is begun', () =>
    withScratch(async (folder) => {
      const ctrlC = new StopSwitch()
      const interruptTheUndo = async () => {
        await until(() => existsSync(join(folder, 'undone')))
        ctrlC.press('SIGINT')
        writeFileSync(join(folder, 'go'), '')
      }
      const procedures = {
        default: appending('undone', 'while [ ! -e go ]; do sleep 0.02; done; echo end >> undone'),
        other: appending('others'),
      }
      const request = aRollbackRequest(folder, {
        stop: ctrlC,
        plan: aRollbackPlan({ procedures }),
        violations: [aViolation(), aViolation({ procedure: 'other' })],
        onStep: (step, taken) => void (step === 'undo' && taken === null && interruptTheUndo()),
      })
      const record = await runs(request)

      assert.is(record.outcome, 'interrupted')
      assert.match(record.message, /^interrupted before the system was shown healthy/)
      assert.equal(linesOf(folder), ['done', 'end'])
      assert.equal(linesOf(folder, 'others'), [])
      assert.equal(
        record.procedures.map(({ outcome }) => outcome),
        ['succeeded', 'not-run'],
      )
    }))

  test('in the validation: its load is told to end', () =>
    withScratch(async (folder) => {
      const ctrlC = new StopSwitch()
      let wasTold = false
      const validate: RollbackRequest['validate'] = (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            wasTold = true
            reject(new Error('told to end'))
          })
          ctrlC.press('SIGINT')
        })
      const record = await runs(aRollbackRequest(folder, { stop: ctrlC, validate }))

      assert.is(record.outcome, 'interrupted')
      assert.is(record.steps[4]?.attempts, 1)
      assert.ok(wasTold)
    }))
})

describe('A line that is lost', (test) => {
  test('to somebody else before the undo keeps it from being run', () =>
    withScratch(async (folder) => {
      const request = aRollbackRequest(folder)
      const renewals: (() => void)[] = []
      const clock = {
        ...request.run.host.clock,
        every: (_ms: number, renew: () => void) => {
          renewals.push(renew)
          return () => undefined
        },
      }
      const drain = async () => {
        await request.run.store.set('line', JSON.stringify(somebodyElse))
        for (const renew of renewals) renew()
        await turnsOfTheLoop()
      }
      const record = await runs({
        ...request,
        run: { ...request.run, host: { ...request.run.host, clock } },
        drain,
      })

      assert.is(record.outcome, 'failed')
      assert.match(record.message, /nothing was undone: the deploy lock was lost to ann@elsewhere/)
      assert.equal(linesOf(folder), [])
      assert.equal(await readDeployLock(request.run.store), somebodyElse)
    }))
})
