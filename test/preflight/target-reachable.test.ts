import * as assert from 'uvu/assert'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { ProbeResult, TargetPlugin } from '../../harness/ports/target-plugin.ts'
import { targetReachable } from '../../harness/preflight/target-reachable.ts'
import { targets as plugins } from '../../harness/targets/index.ts'
import { aRunPlan } from '../kit/plan-builders.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { withSandbox } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

/** Looks at targets whose probes have these results. */
function look(probes: Readonly<Record<string, ProbeResult | null>>) {
  const targets = Object.fromEntries(Object.keys(probes).map((name) => [name, { plugin: name, config: {} }]))
  return targetReachable.check(
    aPreflightContext({
      plan: aRunPlan({ targets }),
      target: (name): TargetPlugin => ({
        ...plugins.get('http'),
        probe: () => Promise.resolve(probes[name] ?? null),
      }),
    }),
  )
}

describe('targetReachable', (test) => {
  test('looks at every target, and does not stop at the first that is down', async () => {
    const findings = await look({
      api: { reachable: false, message: 'http://127.0.0.1:1 cannot be reached', elapsedMs: 1 },
      store: { reachable: true, message: 'answers with status 200', elapsedMs: 1 },
      shop: { reachable: false, message: 'tls: nobody vouches for it', hint: 'Trust it.', elapsedMs: 1 },
      code: null,
    })

    assert.equal(
      findings.map(({ level, message }) => [level, message]),
      [
        ['blocked', 'api: http://127.0.0.1:1 cannot be reached'],
        ['ok', 'store: answers with status 200'],
        ['blocked', 'shop: tls: nobody vouches for it'],
        ['ok', 'code: started by the run, not checked'],
      ],
    )
    assert.match(findings[0]?.hint ?? '', '--target URL')
    assert.is(findings[2]?.hint, 'Trust it.')
  })

  test('finds a real server up, and down when it is gone', async () => {
    let url = ''
    const lookAt = () =>
      targetReachable.check(
        aPreflightContext({
          plan: aRunPlan({
            targets: { main: { plugin: 'http', config: plugins.get('http').configSchema.parse({ url }) } },
          }),
          clock: createSystemClock(),
        }),
      )
    await withSandbox({}, async (server) => {
      url = server.url
      assert.is((await lookAt())[0]?.level, 'ok')
    })
    assert.is((await lookAt())[0]?.level, 'blocked')
  })
})
