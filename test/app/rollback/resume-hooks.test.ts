import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { rollbackAlert } from '../../../harness/app/rollback/outcome.ts'
import { createResumeHooks } from '../../../harness/app/rollback/resume-hooks.ts'
import { replayJournal } from '../../../harness/app/rollback/rollback-state.ts'
import type { Alert } from '../../../harness/model/alert.ts'
import type { RollbackRecord } from '../../../harness/model/rollback.ts'
import { verdictDocument } from '../../../harness/model/verdict.ts'
import { processIdentity } from '../../../harness/system/process-identity.ts'
import { withService } from '../../kit/alerts.ts'
import { aCapturingHost } from '../../kit/capturing-host.ts'
import { aRunContext } from '../../kit/contexts.ts'
import { aComparison, aJudgedRun, REGRESSED } from '../../kit/judged-runs.ts'
import { aBegunEntry } from '../../kit/killed-rollback.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

const AT = '2026-11-21T09:40:00.000Z'

const SUCCEEDED: RollbackRecord = {
  rollbackId: 'rollback-1',
  outcome: 'succeeded',
  message: 'default undone, the system is healthy',
  reasons: [],
  procedures: [],
  steps: [],
  startedAt: AT,
  durationMs: 1_000,
  plan: null,
}

describe('A rollback that is resumed', (test) => {
  test('says of the regression that its dead process told of that it was acted upon', () =>
    withService(({ url, posted }) =>
      withScratch(async (folder) => {
        const { record, verdict } = aJudgedRun({ comparison: aComparison(REGRESSED) })
        writeFileSync(join(folder, 'run.json'), JSON.stringify(record))
        writeFileSync(join(folder, 'verdict.json'), JSON.stringify(verdictDocument(verdict)))
        const scenario = {
          name: 'test',
          target: { plugin: 'http', config: { url: 'http://127.0.0.1:1' } },
          workload: { pattern: 'constant-agents', agents: 1, duration: '1s' },
          journeys: { main: { steps: [{ request: { path: '/' } }] } },
          alerts: { channels: { ops: { plugin: 'webhook', config: { url } } } },
        }
        writeFileSync(join(folder, 'scenario.json'), JSON.stringify(scenario))
        const host = aCapturingHost([], folder)
        const begun = aBegunEntry(folder, processIdentity(process.pid), {
          validation: { source: join(folder, 'scenario.json'), overrides: {}, threads: 1 },
        })
        const state = replayJournal([begun])
        if (state === null) throw new Error('it was not begun')
        const { tell } = createResumeHooks(aRunContext(folder, { host }), folder)(state)
        await tell(rollbackAlert(SUCCEEDED, begun.facts, AT), true)

        assert.equal(
          posted.map(({ json }) => (json as Alert).summary),
          [
            'checkout: rollback succeeded: default undone, the system is healthy',
            'test: the NO-GO was acted upon: checkout: rollback succeeded: default undone, the system is healthy',
            'checkout: rollback succeeded: default undone, the system is healthy',
          ],
        )
      }),
    ))
})
