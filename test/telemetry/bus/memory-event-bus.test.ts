import * as assert from 'uvu/assert'
import { MemoryEventBus } from '../../../harness/telemetry/bus/memory-event-bus.ts'
import { anEvent, Ear, eventBusContract } from '../../contract/event-bus.ts'
import { describe } from '../../kit/suite.ts'

eventBusContract('MemoryEventBus', async (body) => {
  const bus = new MemoryEventBus()
  await body({ bus, other: bus })
  await bus.close()
})

describe('MemoryEventBus', (test) => {
  test('calls nobody once it is closed', async () => {
    const bus = new MemoryEventBus()
    const ear = new Ear()
    await bus.subscribe('*', ear.listen)
    await bus.close()
    await bus.publish([anEvent('a')])
    assert.equal(ear.heard, [])
  })
})
