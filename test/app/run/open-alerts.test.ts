import * as assert from 'uvu/assert'
import { openAlerts } from '../../../harness/app/run/open-alerts.ts'
import { MemoryStateStore } from '../../../harness/store/state/memory-state-store.ts'
import { anAlert, resolved } from '../../kit/alerts.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const KEY = 'checkout/objective/p99'
const alert = anAlert({ dedupeKey: KEY })

/** The store, and what the next run of a scenario finds there. */
function aStore() {
  const store = new MemoryStateStore(new VirtualClock())
  const notes: string[] = []
  const open = (scenario = 'checkout') => openAlerts(store, scenario, (text) => notes.push(text))
  const keysOf = async (scenario?: string) => (await open(scenario)).known.map(({ dedupeKey }) => dedupeKey)
  return { store, notes, open, keysOf }
}

describe('Alerts that fire still', (test) => {
  test('are known to the next run of the scenario, each once, until they are resolved', async () => {
    const { open, keysOf, notes, store } = aStore()
    const first = await open()
    for (const each of [alert, { ...alert, runId: 'run-2' }, anAlert({ dedupeKey: 'checkout/verdict' })])
      first.keep(each)
    await first.settled()
    assert.equal(await keysOf(), [KEY, 'checkout/verdict'])
    assert.equal(await keysOf('another'), [])

    const second = await open()
    for (const each of second.known) second.keep(resolved(each))
    await second.settled()
    assert.equal([await keysOf(), await store.get('alerts/checkout'), notes], [[], null, []])
  })

  test('are kept side by side by runs that end at the same time', async () => {
    const { open, keysOf } = aStore()
    const runs = await Promise.all(Array.from({ length: 5 }, () => open()))
    for (const [i, run] of runs.entries()) run.keep({ ...alert, dedupeKey: `${KEY}-${i}` })
    await Promise.all(runs.map((run) => run.settled()))
    assert.is((await keysOf()).length, 5)
  })

  test('write nothing where nothing fires, and take what was changed from outside for nothing', async () => {
    const { store, open, keysOf } = aStore()
    const run = await open()
    run.keep(resolved(alert))
    await run.settled()
    assert.is(await store.get('alerts/checkout'), null)
    await store.set('alerts/checkout', '{"not": "alerts"}')
    assert.equal(await keysOf(), [])
  })

  test('are done without when the store cannot be used, which is said once', async () => {
    const { store, open, notes } = aStore()
    store.get = () => Promise.reject(new Error('the store is gone'))
    const run = await open()
    run.keep(alert)
    await run.settled()
    assert.equal([run.known, notes], [[], ['alerts cannot be remembered from run to run: the store is gone']])
  })
})
