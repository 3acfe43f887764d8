import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
import { stateStoreContract } from '../../contract/state-store.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

stateStoreContract('MemoryStateStore', async (body) => {
  const clock = new VirtualClock()
  const store = new MemoryStateStore(clock)
  await body({ store, other: store, moment: () => clock.advance(10) })
})
