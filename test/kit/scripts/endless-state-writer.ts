/** A process that replaces a large value until it is killed; says when it is in the midst of it. */
import { createSystemClock } from '../../../harness/base/clock.ts'
import { openStateStore } from '../../../harness/store/state/open-state-store.ts'

const [, , file = ''] = process.argv
const store = await openStateStore(file, '/', createSystemClock())
for (let round = 0; ; round++) {
  await store.set('large', String(round % 10).repeat(300_000))
  if (round === 3) process.send?.('in the midst')
}
