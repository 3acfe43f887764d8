import * as assert from 'uvu/assert'
import type { WebSocket } from 'ws'
import { inWorkplace, type JudgedRun } from '../kit/cli.ts'
import { describe } from '../kit/suite.ts'
import { withWsServer } from '../kit/ws-server.ts'

interface Said {
  readonly op: string
  readonly id?: string
}

/** A room: it lets everyone in, answers what is said, and ticks three times for whoever listens. */
function room(session: WebSocket): void {
  session.on('message', (data) => {
    const { op, id } = JSON.parse(String(data)) as Said
    if (op === 'join') session.send('{"op":"joined"}')
    if (op === 'say') session.send(JSON.stringify({ op: 'heard', re: id }))
    if (op === 'listen') for (let i = 0; i < 3; i++) session.send('{"op":"tick"}')
    if (op === 'break') session.close(1011, 'broken')
  })
}

function runOf(scenario: string): Promise<JudgedRun> {
  return new Promise((resolve, reject) => {
    withWsServer(room, (url) =>
      inWorkplace(async (place) => {
        place.write('talk.ts', scenario.replace('URL', url))
        resolve(await place.verdictOf('talk.ts', '--no-history'))
      }),
    ).catch(reject)
  })
}

describe('A run over WebSocket', (test) => {
  test('measures its conversations, step by step', async () => {
    const { verdict, status } = await runOf(`import { defineScenario, ws } from 'proofload'
export default defineScenario({
  name: 'talk',
  target: ws({ url: 'URL', correlate: { out: 'json:id', in: 'json:re' } }),
  workload: { pattern: 'constant-rate', rate: '20/s', duration: '2s' },
  journeys: { talk: { steps: [
    ws.open('/rooms/7'),
    ws.request({ json: { op: 'join' } }, { where: { json: { op: 'joined' } } }, { step: 'join' }),
    ws.request({ json: { op: 'say', id: '{{agent.id}}' } }, {}, { step: 'say', expect: { body: { json: { op: 'heard' } } } }),
    ws.send({ json: { op: 'listen' } }, { step: 'listen' }),
    ws.receive({ where: { json: { op: 'tick' } }, count: 3 }, { step: 'ticks', expect: { count: 3 } }),
    ws.ping(),
    ws.close({ expect: { status: 1000 } }),
  ] } },
  objectives: ['error_ratio <= 0%', 'p95(message_time{step=say}) < 10s'],
})
`)
    const { steps, faults } = verdict.summary
    const say = steps['say']
    const counted = (step: string, measure: string) => steps[step]?.measures[measure]?.count

    assert.ok(status === 0 || status === 3, `${status}`)
    assert.equal(Object.keys(steps).sort(), [
      'close',
      'join',
      'listen',
      'open /rooms/:id',
      'ping',
      'say',
      'ticks',
    ])
    for (const [name, { requests, ok, errors }] of Object.entries(steps))
      assert.equal([ok, errors], [requests, {}], name)
    // Times of what a stall of this machine overlaps are left out.
    assert.equal(
      [counted('say', 'message_time'), counted('ping', 'ping_time')],
      [say?.serviceTimeMs.count, steps['ping']?.serviceTimeMs.count],
    )
    // Those that came before anybody waited belong to the step before.
    const ticks = (counted('ticks', 'messages_in') ?? 0) + (counted('listen', 'messages_in') ?? 0)
    assert.is(ticks, 3 * (steps['ticks']?.requests ?? 0))
    const gaps = counted('ticks', 'push_gap') ?? 0
    assert.ok(gaps > 0 && gaps <= 2 * (steps['ticks']?.requests ?? 0))
    assert.ok((say?.measures['message_time']?.p99 ?? 0) > 0)
    assert.equal(steps['listen']?.measures['messages_out']?.count, steps['listen']?.requests)
    assert.equal(faults, {})
  })

  test('is code as well as steps, and fails by the reason', async () => {
    const { verdict } = await runOf(`import { defineScenario, ws } from 'proofload'
export default defineScenario({
  name: 'talk',
  target: ws({ url: 'URL' }),
  workload: { pattern: 'constant-rate', rate: '10/s', duration: '1s' },
  journeys: { talk: { async run({ target }) {
    const joined = await target.request({ json: { op: 'join' } }, { where: { json: { op: 'joined' } } }, { step: 'join' })
    if (joined.json().op.toString() !== 'joined') joined.fail('not let in')
    await target.request({ json: { op: 'break' } }, {}, { step: 'break' })
  } } },
  objectives: ['error_ratio < 1%'],
})
`)
    const { join, break: broken } = verdict.summary.steps

    assert.ok((join?.requests ?? 0) > 0)
    assert.is(join?.ok, join?.requests)
    assert.equal(broken?.errors, { closed: broken?.requests })
  })
})
