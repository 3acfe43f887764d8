import * as assert from 'uvu/assert'
import { MemoryEventBus } from '../../../harness/telemetry/bus/memory-event-bus.ts'
import { openEventBus } from '../../../harness/telemetry/bus/open-event-bus.ts'
import { RedisEventBus } from '../../../harness/telemetry/bus/redis-event-bus.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'

describe('openEventBus', (test) => {
  test('takes the server of the state, and otherwise stays in the process', async () => {
    for (const location of ['redis://127.0.0.1:1', 'rediss://127.0.0.1:1/3']) {
      const bus = await openEventBus(location)
      assert.instance(bus, RedisEventBus)
      await bus.close()
    }
    for (const location of ['memory:', '.proofload/state.json', '/tmp/redis'])
      assert.instance(await openEventBus(location), MemoryEventBus)
  })

  test('takes no address that is none', async () => {
    const { message } = await rejectionOf(openEventBus('redis://me:s3cret@ho st'), 'USAGE')
    assert.not.match(message, /s3cret/)
  })
})
