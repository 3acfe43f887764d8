import * as assert from 'uvu/assert'
import type { Row } from '../../harness/engine/feeder.ts'
import type { RequestOp } from '../../harness/engine/program.ts'
import type { WorkloadPlan } from '../../harness/model/plan.ts'
import { judgeStatus, runRig } from '../kit/engine-rig.ts'
import { describe } from '../kit/suite.ts'

const open: Partial<WorkloadPlan> = { agents: 5, curve: { kind: 'constant', value: 10, durationMs: 500 } }
const closed: Partial<WorkloadPlan> = {
  model: 'closed',
  agents: 2,
  session: { journeys: { min: 2, max: 2 }, pause: { minMs: 0, maxMs: 0 } },
  curve: { kind: 'constant', value: 2, durationMs: 100 },
}
const BOTH = { open, closed }

/** Rows u1, u2, ... as a `unique` feeder gives them out. */
function users(amount: number) {
  let given = 0
  const take = (): Row | null => (given < amount ? { email: `u${++given}` } : null)
  return { users: { take } }
}

/** Notes `agent row iteration` of each request that is answered. */
function noting(
  step: string,
  notes: string[],
  judge: RequestOp['judge'] = () => undefined,
): Partial<RequestOp> {
  return {
    step,
    judge(exchange) {
      const [row, iteration] = ['users.email', 'agent.iteration'].map((name) => exchange.variables(name))
      notes.push(`${step} ${exchange.agent} ${row} ${iteration}`)
      judge(exchange)
    },
  }
}

describe('Sessions, a login', (test) => {
  for (const [model, workload] of Object.entries(BOTH)) {
    for (const kind of ['steps', 'code'])
      test(`of ${kind} has the row and the number of the iteration that follows, ${model} model`, async () => {
        const notes: string[] = []
        const login = noting('login', notes)
        const { seen } = await runRig({
          workload,
          feeders: users(1_000),
          login: kind === 'steps' ? login : (port, request) => port.send({ ...request, ...login }),
          ops: (request) => [request(noting('buy', notes))],
        })
        const logins = notes.filter((note) => note.startsWith('login'))
        // The end of the run comes between the login and the journey of two agents at most.
        const followed = logins.filter((note) => notes.includes(note.replace('login', 'buy')))

        assert.ok(logins.length >= 5 && followed.length >= logins.length - 2, notes.join('\n'))
        assert.is(new Set(notes).size, notes.length, 'each row is used by one iteration')
        conserves(seen)
      })

    test(`is not sent when no row is left, ${model} model`, async () => {
      const { seen } = await runRig({ workload, feeders: users(3), login: true })
      const { started, feedersDry } = seen.dispatch

      assert.is(started, 3)
      assert.ok(feedersDry >= 2, `${feedersDry} without a row`)
      assert.is(seen.steps.find(({ step }) => step === 'login')?.started, model === 'open' ? 3 : 2)
      assert.is(seen.gauges.activeAgents, 0)
      conserves(seen)
    })

    test(`that fails has used its row, ${model} model`, async () => {
      const notes: string[] = []
      const { seen } = await runRig({
        workload,
        feeders: users(1_000),
        login: noting('login', notes, judgeStatus),
        ops: (request) => [request(noting('buy', notes))],
        script: ({ number }) => ({ delayMs: 10, status: number === 0 ? 401 : 200 }),
      })

      assert.ok(notes.length > 5)
      assert.is(new Set(notes).size, notes.length)
      assert.not.ok(notes.includes('buy 0 u1 0'))
      conserves(seen)
    })
  }
})

describe('Sessions, several journeys', (test) => {
  test('are walked as often as their weights say', async () => {
    const { seen } = await runRig({
      workload: { agents: 50, curve: { kind: 'constant', value: 1_000, durationMs: 2_000 } },
      weights: { browse: 6, buy: 3, pay: 1 },
    })
    const shares = ['browse', 'buy', 'pay'].map(
      (name) => (seen.steps.find(({ step }) => step === name)?.ok ?? 0) / 2_000,
    )

    assert.equal(
      shares.map((share) => Math.round(share * 10) / 10),
      [0.6, 0.3, 0.1],
      shares.join(),
    )
  })
})

function conserves({ dispatch }: Awaited<ReturnType<typeof runRig>>['seen']): void {
  const { planned, started, dropped, cancelled } = dispatch
  assert.is(planned, started + dropped + cancelled, JSON.stringify(dispatch))
}
