import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { askWho } from '../../../harness/cluster/coordinator/held-workers.ts'
import { parseMessage, readMessage } from '../../../harness/cluster/messages.ts'
import { beatSchema } from '../../../harness/model/cluster/uplink.ts'
import { anEnvironment } from '../../kit/builders.ts'
import { PoolWorld, RUN, SUBJECTS } from '../../kit/pool-world.ts'
import { describe } from '../../kit/suite.ts'
import { requireInvariants, startsIn, WorldRun } from '../../kit/world-run.ts'

/** What somebody else may send: nothing, half a message, another language, a thing of another kind, a bomb. */
const FOREIGN = ['', '{"term":', 'HELLO', '[]', 'null', '{"term":"1","want":"run"}', '['.repeat(70_000)]

describe('Messages between the hosts of a pool', (test) => {
  test('are read, or told as POOL_PROTOCOL with what is wrong', () => {
    assert.equal(parseMessage(beatSchema, '{"term":1,"want":"run"}', 'a beat'), { term: 1, want: 'run' })
    for (const text of FOREIGN) {
      assert.throws(
        () => parseMessage(beatSchema, text, 'a beat'),
        (error: unknown) =>
          error instanceof HarnessError &&
          error.code === 'POOL_PROTOCOL' &&
          error.message.startsWith('a beat cannot be read: '),
        text.slice(0, 20),
      )
      assert.is(typeof readMessage(beatSchema, text).problem, 'string')
    }
  })

  test('that are no answer to who is there are left out', async () => {
    const world = new PoolWorld(1)
    const stranger = world.broker.link('stranger')
    for (const text of FOREIGN) stranger.answer(SUBJECTS.who, () => Promise.resolve(text))
    const old = { v: 1, worker: 'Not A Name', instance: 'i', state: 'idle', run: null, threads: 1 }
    stranger.answer(SUBJECTS.who, () =>
      Promise.resolve(JSON.stringify({ ...old, environment: anEnvironment() })),
    )
    const asked = askWho({ link: world.broker.link('asker'), subjects: SUBJECTS })
    await world.clock.advance(2_000)

    assert.equal((await asked).map(({ worker }) => worker).sort(), ['w1', 'w2', 'w3'])
  })

  test('that nobody understands stop neither a worker nor a coordinator', async () => {
    const world = new PoolWorld(1)
    const stranger = world.broker.link('stranger')
    const run = new WorldRun(world).begin()
    await world.until(() => startsIn(world) > 50, 60_000)
    for (const text of FOREIGN) {
      stranger.tell(SUBJECTS.beat(RUN), text)
      stranger.tell(SUBJECTS.to('w1'), text)
      stranger.tell(SUBJECTS.up(RUN, 'w1'), text)
      void stranger.put(SUBJECTS.interval(RUN, 'w1'), text, text.slice(0, 9))
    }
    await world.until(() => run.isOver, 60_000)
    await world.clock.advance(5_000)

    if (run.error !== null) throw run.error
    requireInvariants([run], 'among strangers')
    assert.ok(world.notes.some((note) => note.startsWith('an interval of w1 cannot be read')))
  })
})
