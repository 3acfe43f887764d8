import { readdir, readFile } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import { openStores } from '../../../harness/targets/sandbox/stores.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { describe } from '../../kit/suite.ts'

describe('the stores', (test) => {
  test('read bytes of a real file', () =>
    withScratch(async (folder) => {
      const stores = await openStores(folder)
      assert.is(await stores.readDocument(), 4096)
      await stores.close()
    }))

  test('append one line an event, also when many are written at once', () =>
    withScratch(async (folder) => {
      const stores = await openStores(folder)
      await Promise.all(Array.from({ length: 50 }, (_, id) => stores.appendEvent({ id })))
      const lines = (await readFile(stores.eventLogPath, 'utf8')).trim().split('\n')
      await stores.close()

      const ids = lines.map((line) => (JSON.parse(line) as { id: number }).id)
      assert.equal(
        ids.sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, id) => id),
      )
    }))

  test('start the log afresh when it has grown to its bound', () =>
    withScratch(async (folder) => {
      const stores = await openStores(folder, 100)
      for (let id = 0; id < 40; id++) await stores.appendEvent({ id })
      const log = await readFile(stores.eventLogPath, 'utf8')
      await stores.close()

      assert.ok(log.length <= 100, `${log.length} characters`)
      assert.ok(log.endsWith('{"id":39}\n'))
    }))

  test('leave nothing behind', () =>
    withScratch(async (folder) => {
      const [one, other] = await Promise.all([openStores(folder), openStores(folder)])
      assert.is.not(one?.eventLogPath, other?.eventLogPath)
      await one?.close()
      await other?.close()
      assert.equal(await readdir(folder), [])
    }))
})
