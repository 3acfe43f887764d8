import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { foldQualification } from '../../../harness/analysis/qualification/fold.ts'
import { ActivityExecutor, type Works } from '../../../harness/app/qualification/executor.ts'
import type { QualificationPlace } from '../../../harness/app/qualification/work-context.ts'
import { SILENT_PROGRESS } from '../../../harness/app/run/progress.ts'
import { approveVisual, VISUALS_FOLDER } from '../../../harness/app/visuals/visuals.ts'
import { HarnessError } from '../../../harness/base/errors.ts'
import { createMask } from '../../../harness/base/secret-mask.ts'
import { StopSwitch } from '../../../harness/base/stop-request.ts'
import type { QualificationEntry } from '../../../harness/model/qualification-journal.ts'
import type { ActivityPlan } from '../../../harness/model/qualification-plan.ts'
import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aPage, withBox, writePng } from '../../kit/pictures.ts'
import {
  anActivityPlan,
  aQualificationPlan,
  begunEntry,
  resumedEntry,
  stateAfter,
} from '../../kit/qualification-plans.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const SECRET = 'correct-horse-battery'

const NO_WORKS: Works = {
  triage: () => Promise.resolve({ outcome: 'passed', message: 'recovered' }),
  recover: () => Promise.resolve(),
}

interface Workshop {
  readonly cwd: string
  readonly said: string[]
  execute(
    activity: ActivityPlan,
    journal?: Parameters<typeof foldQualification>[0],
  ): ReturnType<ActivityExecutor['execute']>
  undo(activity: ActivityPlan): ReturnType<ActivityExecutor['undo']>
}

/** An executor whose folder is `night`, in a working directory of its own. */
function inWorkshop(works: Partial<Works>, body: (workshop: Workshop) => Promise<void>): Promise<void> {
  return withScratch(async (cwd) => {
    const host = { ...aCapturingHost([], cwd), env: { ...process.env, TOKEN: SECRET } }
    const said: string[] = []
    const folder = join(cwd, 'night')
    mkdirSync(folder)
    const place: QualificationPlace = {
      ...{ qualificationId: 'qualify-1', planName: 'plan', host, folder, state: 'memory:', history: null },
      ...{ store: new MemoryStateStore(host.clock), stop: new StopSwitch(), module: null },
      ...{ mask: createMask({ TOKEN: SECRET }), say: (line: string) => said.push(line) },
    }
    const executor = new ActivityExecutor({
      ...{ place, works: { ...NO_WORKS, ...works }, progress: SILENT_PROGRESS, past: [] },
    })
    await body({
      cwd,
      said,
      execute(activity, journal) {
        const plan = aQualificationPlan([activity])
        const state = journal === undefined ? stateAfter(plan, {}) : foldQualification(journal)
        return executor.execute(activity, { number: 1, inputs: [], state }, () => undefined)
      },
      undo: (activity) => executor.undo(activity),
    })
  })
}

const node = (script: string) => [process.execPath, '-e', script]
const aCommand = (script: string, env: readonly string[] = []) =>
  anActivityPlan({ name: 'data', work: { kind: 'command', argv: node(script), env } })

describe('The executor of a qualification', (test) => {
  test('keeps no secret of a command, neither in its log nor in what it says', () =>
    inWorkshop({}, async ({ cwd, execute }) => {
      const script = `console.log('with', process.env.TOKEN); console.log('denied', process.env.TOKEN); process.exit(1)`
      const { outcome, reasons, items, files } = await execute(aCommand(script, ['TOKEN']))
      assert.is(outcome, 'failed')
      assert.is(reasons[0]?.message, 'ended with status 1: denied ***')
      assert.is(items[0]?.message, reasons[0]?.message)
      assert.is(readFileSync(join(cwd, 'night', files['log'] ?? ''), 'utf8'), 'with ***\ndenied ***\n')
    }))

  test('keeps the last mebibyte that a command writes, and says how much it leaves out', () =>
    inWorkshop({}, async ({ cwd, execute }) => {
      const lines = 40_000
      const script = `for (let i = 1; i <= ${lines}; i++) console.log(String(i).padStart(49))`
      const { files } = await execute(aCommand(script))
      const log = readFileSync(join(cwd, 'night', files['log'] ?? ''), 'utf8')
        .trimEnd()
        .split('\n')
      assert.is(log[0], `(the first ${(50 * lines - 1_048_576).toLocaleString('en-US')} bytes are left out)`)
      assert.is(log.at(-1)?.trim(), `${lines}`)
      assert.ok(log.length > 20_000, `${log.length} lines`)
      const short = await execute(aCommand(`console.log('one'); console.log('two')`))
      assert.is(readFileSync(join(cwd, 'night', short.files['log'] ?? ''), 'utf8'), 'one\ntwo\n')
    }))

  test('tells of an undo that failed, without the secret that it wrote', () =>
    inWorkshop({}, async ({ undo }) => {
      const failing = node(`console.log('no ${SECRET}'); process.exit(7)`)
      const { outcome, message } = await undo(anActivityPlan({ name: 'deploy', undo: failing }))
      assert.equal([outcome, message], ['failed', 'ended with status 7: no ***'])
      const gone = await undo(anActivityPlan({ name: 'deploy', undo: ['./none-of-this-name'] }))
      assert.is(gone.outcome, 'failed')
      assert.match(gone.message, 'did not start')
    }))

  test('compares a picture with the approved one', () =>
    inWorkshop({}, async ({ cwd, execute }) => {
      const page = aPage()
      await writePng(join(cwd, 'page.png'), page)
      await writePng(
        join(cwd, 'other.png'),
        withBox(page, { x: 40, y: 24, width: 16, height: 16 }, [255, 0, 0, 255]),
      )
      const address = { folder: join(cwd, VISUALS_FOLDER), name: 'homepage' }
      const approval = { address, file: 'page.png', cwd, reason: null, by: 'mia' }
      await approveVisual(approval, { clock: new VirtualClock() })
      const seen = (file: string) =>
        execute(
          anActivityPlan({
            name: 'visuals',
            kind: 'visual',
            work: { kind: 'visual', name: 'homepage', file, folder: null },
          }),
        )
      assert.is((await seen('page.png')).outcome, 'passed')
      const changed = await seen('other.png')
      assert.is(changed.outcome, 'failed')
      assert.is(changed.items[0]?.outcome, 'failed')
      assert.ok(existsSync(join(cwd, 'night', 'visual', 'homepage')))
      assert.is((await seen('none.png')).outcome, 'failed')
    }))

  test('hands a triage on, and what it comes to back', () => {
    const work = {
      kind: 'triage',
      scenario: 'a.yaml',
      overrides: {},
      threads: null,
      repeats: 2,
      armRollback: false,
    } as const
    const asked: string[] = []
    const triage: Works['triage'] = ({ work: { scenario, repeats } }) => {
      asked.push(`${scenario} ${repeats}`)
      return Promise.resolve({
        outcome: 'failed',
        code: 'REPRODUCED',
        message: 'the incident is there',
        values: { outcome: 'reproduced' },
      })
    }
    return inWorkshop({ triage }, async ({ execute }) => {
      const outputs = [{ name: 'found', kind: 'value', value: 'outcome' }] as const
      const result = await execute(anActivityPlan({ name: 'storm', kind: 'triage', work, outputs }))
      assert.equal(asked, ['a.yaml 2'])
      assert.equal([result.outcome, result.reasons[0]?.code], ['failed', 'REPRODUCED'])
      assert.is(result.outputs[0]?.value, 'reproduced')
    })
  })

  test('recovers a run that was killed before it runs again, and goes on when that fails', async () => {
    const at = '2026-11-21T09:30:06.000Z'
    // Its scenario is not there, so that no load is sent.
    const work = {
      kind: 'run',
      scenario: 'none.yaml',
      overrides: {},
      threads: null,
      baseline: null,
      confirm: false,
      armRollback: false,
    } as const
    const activity = anActivityPlan({ name: 'hours', kind: 'run', work })
    const plan = aQualificationPlan([activity])
    const journal: QualificationEntry[] = [
      begunEntry(plan),
      { kind: 'started', at, activity: 'hours', attempt: 1, inputs: [] },
      { kind: 'run', at, activity: 'hours', runId: 'run-1' },
      resumedEntry(plan),
    ]
    const recovered: string[] = []
    const recover: Works['recover'] = (folder) => {
      recovered.push(folder)
      return Promise.reject(new HarnessError('JOURNAL_INVALID', 'torn'))
    }
    await inWorkshop({ recover }, async ({ cwd, said, execute }) => {
      await execute(activity, journal)
      assert.equal([recovered, said], [[], []])
      const folder = join(cwd, 'night', 'runs', 'run-1')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'journal.ndjson'), '')
      assert.is((await execute(activity, journal)).outcome, 'failed')
      assert.equal(recovered, [folder])
      assert.equal(said, ['run-1 was cut off and cannot be recovered: torn'])
      await execute(activity)
      assert.is(recovered.length, 1)
    })
  })
})
