import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { StateStore } from '../../../harness/ports/state-store.ts'
import { FileStateStore } from '../../../harness/store/state/file-state-store.ts'
import { stateStoreContract } from '../../contract/state-store.ts'
import { bundledScript } from '../../kit/bundled-script.ts'
import { withScratch } from '../../kit/sandbox.ts'
import { rejectionOf } from '../../kit/scenario-documents.ts'
import { raceOfProcesses } from '../../kit/state-races.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const CLOCK = new VirtualClock()
const FILE = join('deep', 'state.json')

stateStoreContract('FileStateStore', (body) =>
  withScratch(async (folder) => {
    const clock = new VirtualClock()
    const open = () => new FileStateStore(join(folder, FILE), clock)
    await body({ store: open(), other: open(), moment: () => clock.advance(10) })
  }),
)

/** A store in a folder of its own, with the path of its file. */
function inFile(body: (store: StateStore, file: string) => Promise<void>): Promise<void> {
  return withScratch((folder) => {
    const file = join(folder, FILE)
    return body(new FileStateStore(file, CLOCK), file)
  })
}

describe('FileStateStore', (test) => {
  test('makes nothing by being read', () =>
    inFile(async (store, file) => {
      assert.is(await store.get('a'), null)
      assert.not.ok(existsSync(join(file, '..')))
    }))

  test('leaves one whole file, and does not touch it when nothing changes', () =>
    inFile(async (store, file) => {
      await store.set('a', 'x')
      assert.equal(readdirSync(join(file, '..')), ['state.json'])
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', ''))
      const text = readFileSync(file, 'utf8')
      await store.setIfAbsent('a', 'y')
      await store.compareAndSet('a', 'z', 'y')
      await store.delete('nothing')
      assert.is(readFileSync(file, 'utf8'), text)
    }))

  test('is changed by several processes at once, and nothing is lost', () =>
    inFile((_store, file) => raceOfProcesses(file)))

  test('shows whole values while another process writes, and is whole after it was killed', () =>
    inFile(async (store, file) => {
      const writer = fork(bundledScript('endless-state-writer'), [file], { execArgv: [] })
      await once(writer, 'message')
      const seen = new Set<string>()
      for (let reads = 0; reads < 300; reads++) {
        const value = (await store.get('large')) ?? ''
        seen.add(value.slice(0, 1))
        assert.is(value, value.slice(0, 1).repeat(300_000))
      }
      assert.ok(seen.size > 1, 'nothing was written meanwhile')
      writer.kill('SIGKILL')
      await once(writer, 'exit')
      assert.is((await store.get('large'))?.length, 300_000)
      await store.set('large', 'after')
      assert.is(await store.get('large'), 'after')
    }))

  test('goes on after a change that failed', () =>
    inFile(async (store, file) => {
      await store.set('a', 'x')
      const text = readFileSync(file, 'utf8')
      writeFileSync(file, 'HALT')
      await rejectionOf(store.set('a', 'y'), 'STATE_UNREACHABLE')
      writeFileSync(file, text)
      await store.set('b', 'z')
      assert.equal([await store.get('a'), await store.get('b')], ['x', 'z'])
    }))

  test('that is corrupt names the file and says how to mend it, and is not overwritten', () =>
    inFile(async (store, file) => {
      await store.set('a', 'x')
      const text = readFileSync(file, 'utf8')
      const wrong = [
        '',
        'HALT',
        '{}',
        text.slice(0, -5),
        text.replace('"schemaVersion": 1', '"schemaVersion": 2'),
      ]
      for (const changed of [...wrong, text.replace('"x"', '7')]) {
        writeFileSync(file, changed)
        const read = await rejectionOf(store.get('a'), 'STATE_UNREACHABLE')
        const write = await rejectionOf(store.set('a', 'y'), 'STATE_UNREACHABLE')
        for (const { message, hint } of [read, write]) {
          assert.ok(message.startsWith(file), message)
          assert.match(hint ?? '', /remove it/)
        }
        assert.is(readFileSync(file, 'utf8'), changed)
      }
    }))

  test('that cannot be read or written says where it is and what to do', () =>
    inFile(async (store, file) => {
      mkdirSync(file, { recursive: true })
      for (const call of [() => store.get('a'), () => store.append('log', 'line')]) {
        const { message, hint } = await rejectionOf(call(), 'STATE_UNREACHABLE')
        assert.match(message, file)
        assert.match(hint ?? '', '--state')
      }
      writeFileSync(join(file, '..', 'text'), '')
      const below = new FileStateStore(join(file, '..', 'text', 'state.json'), CLOCK)
      assert.match((await rejectionOf(below.set('a', 'x'), 'STATE_UNREACHABLE')).message, 'cannot be used')
    }))
})
