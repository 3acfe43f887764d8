/** What a regression sets off, by the command line: alerts, and the rollback where it is armed. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { ANSWER_MS, assertPutBack, believed, type Gate, toldOf, UNDONE, withGate } from '../kit/gate.ts'
import { startHttpServer } from '../kit/servers.ts'
import { describe } from '../kit/suite.ts'

/** A baseline of the server as it should be; then it breaks. */
async function approveAndBreak(gate: Gate): Promise<void> {
  const { verdict } = await believed(gate, [])
  const approved = await gate.place.run('baseline', 'approve', dirname(verdict.files['record'] ?? ''))
  assert.is(approved.status, 0, approved.stderr)
  gate.isBroken = true
}

describe('A confirmed regression', (test) => {
  test('is told once, undone once where that is armed, and said to be what was acted upon', () =>
    withGate(async (gate) => {
      await approveAndBreak(gate)
      const unarmed = await believed(gate, ['--baseline', 'main'])
      assert.equal(
        [unarmed.verdict.outcome, unarmed.status, unarmed.verdict.rollback?.outcome],
        ['NO_GO', 1, 'not-armed'],
      )
      assert.match(unarmed.verdict.rollback?.plan?.[3]?.description ?? '', /^deploy: run sh -c/)
      assert.not.ok(existsSync(join(gate.place.path, UNDONE)))
      assert.equal(toldOf(gate, unarmed), ['firing verdict'])

      const armed = await believed(gate, ['--baseline', 'main', '--arm-rollback'])
      assertPutBack(gate, armed)
      const reasons = armed.verdict.rollback?.reasons ?? []
      assert.ok(reasons.length > 0)
      assert.ok(reasons.every(({ kind, procedure }) => kind === 'regression' && procedure === 'deploy'))
      const verified = armed.verdict.rollback?.steps.find(({ name }) => name === 'verify')
      assert.match(verified?.message ?? '', /only a whole run can show that the regression is gone/)
      const summary = gate.place.read(armed.verdict.files['markdown'] ?? '')
      assert.match(summary, /rolled back, healthy at .* \(asked for by .*no worse than main/)
    }))

  test('asks for nothing where the scenario says so', () =>
    withGate(
      async (gate) => {
        await approveAndBreak(gate)
        const { verdict } = await believed(gate, ['--baseline', 'main', '--arm-rollback'])
        assert.equal([verdict.outcome, verdict.rollback], ['NO_GO', null])
        assert.not.ok(existsSync(join(gate.place.path, UNDONE)))
      },
      {
        rollback: {
          procedures: {
            deploy: { plugin: 'command', config: { argv: ['sh', '-c', `echo x >> ${UNDONE}`] } },
          },
          onRegression: false,
          minRequests: 10,
        },
      },
    ))

  test('is acted upon once, when the pairs have confirmed it', async () => {
    const healthy = await startHttpServer((_request, response) =>
      setTimeout(() => response.end('{}'), ANSWER_MS),
    )
    await withGate(
      async (gate) => {
        await approveAndBreak(gate)
        const run = await believed(gate, ['--baseline', 'main', '--confirm', '--arm-rollback'])
        assertPutBack(gate, run)
        assert.is(run.verdict.comparison?.level, 'no-go')
      },
      { builds: { baseline: { url: healthy.url } } },
    )
    await healthy.close()
  })
})
