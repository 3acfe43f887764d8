import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { SILENT_PROGRESS } from '../../harness/app/run/progress.ts'
import { readDeployLock } from '../../harness/app/state/deploy-lock.ts'
import { withState } from '../../harness/app/state/emergency.ts'
import { triage } from '../../harness/app/triage.ts'
import type { StopRequest } from '../../harness/base/stop-request.ts'
import { aCapturingHost } from '../kit/capturing-host.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

const SCENARIO = `name: checkout
target: { plugin: http, config: { url: 'http://127.0.0.1:1' } }
workload: { pattern: constant-rate, rate: 5/s, duration: 1s }
journeys: { main: { steps: [{ request: { path: / } }] } }
`

describe('A triage', (test) => {
  test('leaves the deploy lock free, also when it ends before its first run', () =>
    withScratch(async (folder) => {
      writeFileSync(join(folder, 'a.yaml'), SCENARIO)
      const host = { ...aCapturingHost([], folder), cwd: folder }
      const state = join(folder, 'state.json')
      // Pressed once the plan is made and the lock is held.
      const stop: StopRequest = {
        level: 'drain',
        signal: new AbortController().signal,
        abortSignal: new AbortController().signal,
        onPress: () => () => undefined,
        hold: () => () => undefined,
      }
      const request = {
        ...{
          source: 'a.yaml',
          overrides: {},
          threads: 1,
          outDir: folder,
          within: null,
          pool: null,
          state,
          stop,
        },
        ...{ repeats: 1, reproducedRatioMin: 0.9, armRollback: false },
      }
      const ended = await triage(request, host, SILENT_PROGRESS, () => undefined).then(
        () => 'measured',
        (error: Error) => error.message,
      )

      assert.match(ended, 'before the first run had begun')
      assert.is(await withState(state, host, (store) => readDeployLock(store)), null)
    }))
})
