import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openStateStore } from '../../../harness/store/state/open-state-store.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const CLOCK = new VirtualClock()

describe('openStateStore', (test) => {
  test('keeps state in a file of the folder it is told', () =>
    withScratch(async (folder) => {
      const store = await openStateStore('.proofload/state.json', folder, CLOCK)
      await store.set('a', 'x')
      assert.ok(existsSync(join(folder, '.proofload', 'state.json')))
      const again = await openStateStore(join(folder, '.proofload', 'state.json'), '/nonexistent', CLOCK)
      assert.is(await again.get('a'), 'x')
    }))

  test('keeps state in memory, each time anew', async () => {
    const store = await openStateStore('memory:', '/nonexistent', CLOCK)
    await store.set('a', 'x')
    assert.is(await store.get('a'), 'x')
    assert.is(await (await openStateStore('memory:', '/nonexistent', CLOCK)).get('a'), null)
  })

  test('keeps state on a server, which need not be there yet', async () => {
    for (const location of [
      'redis://me:s3cret@127.0.0.1:1/2?password=s3cret',
      'rediss://:s3cret@127.0.0.1:1',
    ]) {
      const store = await openStateStore(location, '/nonexistent', CLOCK)
      const { message, hint } = await rejectionOf(store.get('a'), 'STATE_UNREACHABLE')
      assert.match(message, /^rediss?:\/\/(me)?:\*\*\*@127\.0\.0\.1:1/)
      assert.not.match(`${message}${hint}`, /s3cret/)
      await store.close()
    }
  })

  test('refuses other places, without repeating a password', async () => {
    for (const location of ['postgres://me:s3cret@db/x', 'redis://me:s3cret@ho st', 'http://s3cret@x', '']) {
      const { message, hint } = await rejectionOf(openStateStore(location, '/', CLOCK), 'USAGE')
      assert.not.match(message, /s3cret/)
      assert.match(hint ?? '', 'redis://')
    }
  })
})
