/** A process that changes a state store together with others, and says what it won. */
import { createSystemClock } from '../../../harness/base/clock.ts'
import { openStateStore } from '../../../harness/store/state/open-state-store.ts'

const [, , location = '', name = '', rounds = '0'] = process.argv
const store = await openStateStore(location, '/', createSystemClock())
const locks: number[] = []
for (let round = 0; round < Number(rounds); round++) {
  if (await store.setIfAbsent(`lock ${round}`, name)) locks.push(round)
  await store.append('log', `${name} ${round}`)
  for (;;) {
    const before = await store.get('compared')
    if (await store.compareAndSet('compared', before, String(Number(before ?? 0) + 1))) break
  }
}
await store.close()
process.stdout.write(JSON.stringify(locks))
